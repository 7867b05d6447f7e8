using System.Globalization;
using System.Text;

namespace GanKit;

/// <summary>Comma-separated values (RFC 4180) whose columns are those of all records so far.</summary>
/// <remarks>
/// A record with a new name adds a column at the end: the file is replaced by one whose older rows are empty there.
/// </remarks>
internal sealed class CsvMetricsFile(string path) : MetricsFile(path)
{
    private readonly List<string> _columns = [.. MetricsRecord.FixedNames];

    internal override void Append(MetricsRecord record)
    {
        var values = record.Values.ToDictionary(value => MetricsRecord.NameOf(value.Key), value => value.Value);
        var added = values.Keys.Except(_columns).ToArray();
        if (added.Length > 0)
            AddColumns(added);

        IEnumerable<string> cells =
        [
            record.Step.ToString(CultureInfo.InvariantCulture),
            record.Epoch.ToString(CultureInfo.InvariantCulture),
            record.TimeText,
            .. _columns.Skip(MetricsRecord.FixedNames.Length).Select(
                column => values.TryGetValue(column, out var value) ? MetricsRecord.Text(value) : ""),
        ];
        AppendLine(string.Join(',', cells));
    }

    protected override IEnumerable<string> Keep(IReadOnlyList<string> lines, long throughStep)
    {
        var columns = lines.Count > 0 ? SplitHeader(lines[0]) : _columns;
        if (!columns.Take(MetricsRecord.FixedNames.Length).SequenceEqual(MetricsRecord.FixedNames))
            throw NoLog($"its first line does not begin with {string.Join(',', MetricsRecord.FixedNames)}");

        var rows = lines.Skip(1).Where(row => StepOf(row) <= throughStep).ToArray();
        if (rows.Length > 0)
            _columns.AddRange(columns.Skip(MetricsRecord.FixedNames.Length));
        return rows.Prepend(Header());
    }

    private void AddColumns(string[] names)
    {
        var rows = ReadLines().Skip(1).Select(row => row + new string(',', names.Length)).ToArray();
        _columns.AddRange(names);
        Rewrite(rows.Prepend(Header()));
    }

    private string Header() => string.Join(',', _columns.Select(
        name => name.AsSpan().IndexOfAny(",\"") < 0 ? name
            : $"\"{name.Replace("\"", "\"\"", StringComparison.Ordinal)}\""));

    private long StepOf(string row) => long.TryParse(row.Split(',')[0], CultureInfo.InvariantCulture, out var step)
        ? step
        : throw NoLog($"a row begins with '{row.Split(',')[0]}' instead of a step's number");

    private static List<string> SplitHeader(string line)
    {
        var names = new List<string>();
        var name = new StringBuilder();
        var (quoted, closed) = (false, false);
        foreach (var character in line)
        {
            if (character == ',' && !quoted)
            {
                names.Add(name.ToString());
                name.Clear();
            }
            else if (character != '"' || closed)
            {
                name.Append(character); // A quote right after a closing one stands for itself, and opens again.
            }

            var quote = character == '"';
            (quoted, closed) = (quoted ^ quote, quote && quoted);
        }

        names.Add(name.ToString());
        return names;
    }
}
