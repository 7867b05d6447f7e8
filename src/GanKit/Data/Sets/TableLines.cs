using System.Text;

namespace GanKit.Data;

/// <summary>The lines of a table in a text file, each divided into its fields; empty ones are passed over.</summary>
/// <remarks>
/// The first line that holds a comma, a tab or a semicolon says what separates fields, and so does a line of several
/// words: spaces. A field in double quotes may hold the separator, and two quotes for one.
/// </remarks>
internal sealed class TableLines(string path) : IDisposable
{
    private readonly StreamReader _reader = new(RegularFile.OpenRead(path));
    private char? _separator;
    private int _number;

    /// <summary>The fields of the line that <see cref="Next"/> went to.</summary>
    internal string[] Fields { get; private set; } = [];

    /// <summary>Goes to the next line, unless there is none.</summary>
    internal bool Next()
    {
        while (_reader.ReadLine() is { } line)
        {
            _number++;
            if (string.IsNullOrWhiteSpace(line))
                continue;
            Fields = [.. Split(line.Trim(' ', '\r'))];
            return true;
        }
        return false;
    }

    /// <summary>An exception that says what is wrong with the line.</summary>
    internal InvalidDataException Broken(string what) =>
        new($"The table '{path}' can't be read at line {_number}: {what}.");

    public void Dispose() => _reader.Dispose();

    /// <summary>Divides a line of separated values (RFC 4180); null where a quote is not closed.</summary>
    /// <param name="line">The line.</param>
    /// <param name="separator">The separator of two fields. A field in double quotes may hold it, and two quotes for one.</param>
    internal static List<string>? Split(string line, char separator)
    {
        var fields = new List<string>();
        var field = new StringBuilder();
        var quoted = false;
        for (var i = 0; i < line.Length; i++)
        {
            if (line[i] == '"' && quoted && i + 1 < line.Length && line[i + 1] == '"')
                field.Append(line[i++]);
            else if (line[i] == '"' && (quoted || string.IsNullOrWhiteSpace(field.ToString())))
                quoted = !quoted;
            else if (line[i] == separator && !quoted)
                Take();
            else
                field.Append(line[i]);
        }

        Take();
        return quoted ? null : fields;

        void Take()
        {
            fields.Add(field.ToString());
            field.Clear();
        }
    }

    private IEnumerable<string> Split(string line)
    {
        var separator = _separator ?? (
            line.Contains(',') ? ',' : line.Contains('\t') ? '\t' : line.Contains(';') ? ';' : ' ');
        // A line of one word, as CelebA's first, does not tell.
        if (line.Contains(separator))
            _separator = separator;
        var fields = Split(line, separator) ?? throw Broken("a quote is not closed, and a field can't run over several lines");
        // Columns of text are padded with any number of spaces.
        return fields.Where(field => separator != ' ' || field.Length > 0).Select(field => field.Trim());
    }
}
