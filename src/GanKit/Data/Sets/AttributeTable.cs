using System.Globalization;

namespace GanKit.Data;

/// <summary>A table of attributes: see <see cref="ImageDataset.WithAttributes"/>.</summary>
internal sealed class AttributeTable
{
    private readonly Dictionary<string, float[]> _rows = new(StringComparer.Ordinal);
    private readonly Dictionary<string, string?> _rowsByStem = new(StringComparer.Ordinal);

    // Where the columns that are taken lie among all.
    private readonly int[] _places;

    private AttributeTable(string path, string[] names, IReadOnlyList<string>? only)
    {
        if (only is { Count: 0 })
        {
            throw new ArgumentException(
                $"No column was named. The table '{path}' has {string.Join(", ", names)}.", nameof(only));
        }

        if (only?.FirstOrDefault(column => !names.Contains(column)) is { } unknown)
        {
            throw new ArgumentException(
                $"The table '{path}' has no column '{unknown}'. It has {string.Join(", ", names)}.", nameof(only));
        }

        (Path, Columns) = (path, only is null ? names : [.. only]);
        _places = Array.ConvertAll(Columns, column => Array.IndexOf(names, column));
    }

    internal string Path { get; }

    internal string[] Columns { get; }

    /// <summary>The attributes by file name, which has slashes on all systems.</summary>
    internal IReadOnlyDictionary<string, float[]> Rows => _rows;

    /// <summary>
    /// The row of a file: that of its name, or else the only one whose name differs in its extension or has none, since
    /// tables outlive the format that images are kept in.
    /// </summary>
    internal string? RowOf(string file) =>
        _rows.ContainsKey(file) ? file : _rowsByStem.GetValueOrDefault(Stem(file));

    internal static AttributeTable Read(string path, IReadOnlyList<string>? only)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        if (!File.Exists(path))
            throw new FileNotFoundException($"There is no attribute table '{path}'.", path);
        return LabelFile.Recognizes(path) ? ReadLabels(path, only) : ReadLines(path, only);
    }

    private static AttributeTable ReadLabels(string path, IReadOnlyList<string>? only)
    {
        var labels = new LabelFile(path).Read();
        var length = labels[0].Values.Length;
        string[] names = length == 1 ? ["label"] : [.. Enumerable.Range(0, length).Select(i => $"label{i}")];
        var table = new AttributeTable(path, names, only);
        foreach (var (file, values) in labels)
            if (!table.Add(file, values))
                throw new InvalidDataException($"The labels '{path}' have two for '{file}'.");
        return table;
    }

    private static AttributeTable ReadLines(string path, IReadOnlyList<string>? only)
    {
        using var lines = new TableLines(path);
        var header = ReadHeader(lines);
        if (!lines.Next())
            throw lines.Broken("it has no line after its header");

        // CelebA's own header has no name for the file's column.
        var names = header.Length == lines.Fields.Length - 1 ? header : header[1..];
        if (names.Contains(""))
            throw lines.Broken($"the header has no name for column {Array.IndexOf(names, "") + 2}");
        if (names.Length == 0)
            throw lines.Broken("it has one column only; commas, tabs, semicolons or spaces separate columns");
        var table = new AttributeTable(path, names, only);
        do
            table.Add(lines, names.Length + 1);
        while (lines.Next());
        return table;
    }

    private static string[] ReadHeader(TableLines lines)
    {
        if (!lines.Next() || IsCount(lines.Fields) && !lines.Next())
            throw lines.Broken("it has no header with the names of its columns");
        if (lines.Fields.Length > 1 && lines.Fields.Skip(1).All(field => TryParse(field, out _)))
            throw lines.Broken($"it has numbers where the names of columns should be: {FileMatch.NameSome(lines.Fields)}");
        if (lines.Fields.Distinct().Count() < lines.Fields.Length)
        {
            throw lines.Broken(
                $"two columns are named '{lines.Fields.CountBy(name => name).First(name => name.Value > 1).Key}'");
        }

        return lines.Fields;
    }

    private static bool IsCount(string[] fields) =>
        fields is [var field] && int.TryParse(field, CultureInfo.InvariantCulture, out _);

    private void Add(TableLines lines, int length)
    {
        var fields = lines.Fields;
        if (fields.Length != length)
            throw lines.Broken($"it has {fields.Length} fields, where the header asks for {length}");
        var values = new float[length - 1];
        for (var i = 0; i < _places.Length; i++)
            if (!TryParse(fields[_places[i] + 1], out values[_places[i]]))
            {
                throw lines.Broken(
                    $"the {Columns[i]} of '{fields[0]}' is '{fields[_places[i] + 1]}', which is neither a number nor true or "
                    + $"false. {Advice(fields[_places[i] + 1])}");
            }

        if (!Add(fields[0], values))
            throw lines.Broken($"'{fields[0]}' has a line already");
    }

    /// <summary>Adds a row of which the columns are taken; false if there is one of that name.</summary>
    private bool Add(string file, float[] values)
    {
        var row = file.Replace('\\', '/');
        if (!_rows.TryAdd(row, Array.ConvertAll(_places, place => values[place])))
            return false;
        if (!_rowsByStem.TryAdd(Stem(row), row))
            _rowsByStem[Stem(row)] = null;
        return true;
    }

    private static string Advice(string field) => Stem(field) != field
        ? "File names have to be in the first column"
        : "Leave out columns of text with only: [...]";

    // Only what is an image's extension: '2024.05' is a name.
    private static string Stem(string file) =>
        PictureFormat.IsRead(file) || PictureFormat.IsElsewhere(file)
            ? System.IO.Path.ChangeExtension(file, null) : file;

    private static bool TryParse(string field, out float value)
    {
        if (bool.TryParse(field, out var flag))
        {
            value = flag ? 1 : 0;
            return true;
        }
        return float.TryParse(field, NumberStyles.Float, CultureInfo.InvariantCulture, out value) && float.IsFinite(value);
    }
}
