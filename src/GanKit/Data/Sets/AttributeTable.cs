using System.Globalization;

namespace GanKit;

/// <summary>A table of attributes: see <see cref="ImageDataset.WithAttributes"/>.</summary>
internal sealed class AttributeTable
{
    private readonly Dictionary<string, float[]> _rows = new(StringComparer.Ordinal);
    private readonly Dictionary<string, string?> _rowsByStem = new(StringComparer.Ordinal);

    private AttributeTable(string path, string[] columns) => (Path, Columns) = (path, columns);

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
        var table = new AttributeTable(path, only is null ? names : [.. only]);
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

        var places = Array.ConvertAll(table.Columns, column => Array.IndexOf(names, column) + 1);
        do
            table.Add(lines, places, names.Length + 1);
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

    private void Add(TableLines lines, int[] places, int length)
    {
        var fields = lines.Fields;
        if (fields.Length != length)
            throw lines.Broken($"it has {fields.Length} fields, where the header asks for {length}");
        var values = new float[places.Length];
        for (var i = 0; i < places.Length; i++)
            if (!TryParse(fields[places[i]], out values[i]))
            {
                throw lines.Broken(
                    $"the {Columns[i]} of '{fields[0]}' is '{fields[places[i]]}', which is neither a number nor true or "
                    + $"false. {Advice(fields[places[i]])}");
            }

        var row = fields[0].Replace('\\', '/');
        if (!_rows.TryAdd(row, values))
            throw lines.Broken($"'{fields[0]}' has a line already");
        if (!_rowsByStem.TryAdd(Stem(row), row))
            _rowsByStem[Stem(row)] = null;
    }

    private static string Advice(string field) => Stem(field) != field
        ? "File names have to be in the first column"
        : "Leave out columns of text with only: [...]";

    // Only what is an image's extension: '2024.05' is a name.
    private static string Stem(string file) =>
        ImageDecoder.Extensions.Contains(System.IO.Path.GetExtension(file).ToLowerInvariant())
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
