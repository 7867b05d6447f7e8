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

    protected override IReadOnlyList<string> ReadHeader(IReadOnlyList<string> lines)
    {
        if (lines.Count == 0)
            return [];
        var columns = SplitHeader(lines[0]);
        if (!columns.Take(MetricsRecord.FixedNames.Length).SequenceEqual(MetricsRecord.FixedNames))
            throw NoLog($"its first line does not begin with {string.Join(',', MetricsRecord.FixedNames)}");

        _columns.AddRange(columns.Skip(MetricsRecord.FixedNames.Length));
        return [.. lines.Skip(1)];
    }

    protected override IEnumerable<string> Header(bool hasRecords)
    {
        // Rows of the new run alone have its columns alone.
        if (!hasRecords)
            _columns.RemoveRange(MetricsRecord.FixedNames.Length, _columns.Count - MetricsRecord.FixedNames.Length);
        return [Header()];
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

    protected override (long Step, long Epoch) PlaceOf(string line) =>
        line.Split(',') is [var step, var epoch, ..] && long.TryParse(step, CultureInfo.InvariantCulture, out var steps)
        && long.TryParse(epoch, CultureInfo.InvariantCulture, out var epochs)
            ? (steps, epochs)
            : throw NoLog($"the row '{line}' does not begin with the numbers of a step and an epoch");

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
