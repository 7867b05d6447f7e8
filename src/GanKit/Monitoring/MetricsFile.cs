using System.Globalization;
using System.Text;
using System.Text.Json;

namespace GanKit.Monitoring;

/// <summary>A log file of one record a line, in which every written record is at once the operating system's.</summary>
internal abstract class MetricsFile(string path) : IDisposable
{
    private StreamWriter? _writer;

    /// <summary>The file.</summary>
    protected string FilePath { get; } = path;

    /// <summary>Whether records may have events.</summary>
    internal virtual bool TakesEvents => false;

    /// <summary>The step and the epoch of the last record that was there when the file was opened; 0 where there was none.</summary>
    internal (long Step, long Epoch) Last { get; private set; }

    /// <summary>
    /// Opens the kind of file that the extension says, with the records up to a step that it holds already. Where it holds others, a
    /// copy of the file as it was is kept beside it.
    /// </summary>
    internal static MetricsFile Open(string path, long keepThroughStep)
    {
        MetricsFile file = IsCsv(path) ? new CsvMetricsFile(path) : new JsonLinesMetricsFile(path);
        file.Restart(keepThroughStep);
        return file;
    }

    /// <summary>Throws unless the extension says a kind of file that there is.</summary>
    internal static void RequireExtension(string path)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(path);
        if (!IsCsv(path) && !Path.GetExtension(path).Equals(".jsonl", StringComparison.OrdinalIgnoreCase))
            throw new ArgumentException($"The file name '{path}' of a metrics log must end in .csv or .jsonl, which say its format.", nameof(path));
    }

    internal abstract void Append(MetricsRecord record);

    /// <summary>Removes the lines above the records of an older file; throws if it is no log of this kind.</summary>
    protected virtual IReadOnlyList<string> ReadHeader(IReadOnlyList<string> lines) => lines;

    /// <summary>The lines above records; they may depend on whether records were kept.</summary>
    protected virtual IEnumerable<string> Header(bool hasRecords) => [];

    /// <summary>The step and the epoch of a record; throws where a line is none.</summary>
    protected abstract (long Step, long Epoch) PlaceOf(string line);

    protected void AppendLine(string line) => _writer!.Write(line + '\n');

    /// <summary>The complete lines of the file; a last one that a killed run did not finish is left out.</summary>
    protected IReadOnlyList<string> ReadLines()
    {
        Dispose();
        if (RegularFile.OtherKind(FilePath) is { } kind)
            throw NoLog($"it is {kind}");
        var text = RegularFile.Exists(FilePath) ? File.ReadAllText(FilePath) : "";
        if (text.Length > 0 && !text.Contains('\n'))
            throw NoLog("it has no complete line");
        return text[..(text.LastIndexOf('\n') + 1)].ReplaceLineEndings("\n").Split('\n', StringSplitOptions.RemoveEmptyEntries);
    }

    /// <summary>Replaces the file's lines in one go.</summary>
    protected void Rewrite(IEnumerable<string> lines)
    {
        Dispose();
        AtomicFile.Write(FilePath, stream => stream.Write(Encoding.UTF8.GetBytes(string.Concat(lines.Select(line => line + '\n')))));
        _writer = new StreamWriter(new FileStream(FilePath, FileMode.Append, FileAccess.Write, FileShare.Read)) { AutoFlush = true };
    }

    protected InvalidDataException NoLog(string expected) =>
        new($"The file '{FilePath}' exists and is no metrics log: {expected}. It was left as it is; log to another file, or remove it.");

    public void Dispose()
    {
        _writer?.Dispose();
        _writer = null;
    }

    private void Restart(long keepThroughStep)
    {
        var records = ReadHeader(ReadLines()).Select(line => (Line: line, Place: PlaceOf(line))).ToArray();
        RequireUnused();
        var kept = Array.FindAll(records, record => record.Place.Step <= keepThroughStep);
        if (kept.Length < records.Length)
            AtomicFile.KeepCopy(FilePath);
        Last = kept.Length > 0 ? kept[^1].Place : default;
        Rewrite([.. Header(kept.Length > 0), .. kept.Select(record => record.Line)]);
    }

    // Another run that is writing it would go on in a file that is no longer there.
    private void RequireUnused()
    {
        if (!RegularFile.Exists(FilePath))
            return;
        try
        {
            using var alone = new FileStream(FilePath, FileMode.Open, FileAccess.Read, FileShare.None);
        }
        catch (IOException error) when (error is not FileNotFoundException)
        {
            throw new IOException(
                $"The metrics log '{FilePath}' is in use, by another run perhaps: {error.Message} It was left as it is; log to another "
                + "file.", error);
        }
    }

    private static bool IsCsv(string path) => Path.GetExtension(path).Equals(".csv", StringComparison.OrdinalIgnoreCase);
}

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
        var columns = TableLines.Split(lines[0], ',') ?? [];
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
}

/// <summary>A JSON object a line, with the names that its record has; what is not finite is a string.</summary>
internal sealed class JsonLinesMetricsFile(string path) : MetricsFile(path)
{
    private static readonly JsonWriterOptions Options =
        new() { Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    internal override bool TakesEvents => true;

    internal override void Append(MetricsRecord record)
    {
        using var bytes = new MemoryStream();
        using (var json = new Utf8JsonWriter(bytes, Options))
        {
            json.WriteStartObject();
            json.WriteNumber("step", record.Step);
            json.WriteNumber("epoch", record.Epoch);
            json.WriteString("time", record.TimeText);
            foreach (var (name, value) in record.Values)
            {
                json.WritePropertyName(MetricsRecord.NameOf(name));
                if (double.IsFinite(value))
                    json.WriteRawValue(MetricsRecord.Text(value));
                else
                    json.WriteStringValue(MetricsRecord.Text(value));
            }

            if (record.Events.Count > 0)
                WriteEvents(json, record.Events);
            json.WriteEndObject();
        }

        AppendLine(Encoding.UTF8.GetString(bytes.ToArray()));
    }

    private static void WriteEvents(Utf8JsonWriter json, IReadOnlyList<TrainingEvent> events)
    {
        json.WriteStartArray("events");
        foreach (var found in events)
        {
            json.WriteStartObject();
            json.WriteString("severity", found.Severity.ToString().ToLowerInvariant());
            json.WriteString("title", found.Title);
            json.WriteString("text", found.Text);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    protected override (long Step, long Epoch) PlaceOf(string line)
    {
        try
        {
            using var json = JsonDocument.Parse(line);
            return (json.RootElement.GetProperty("step").GetInt64(), json.RootElement.GetProperty("epoch").GetInt64());
        }
        catch (Exception error) when (
            error is JsonException or KeyNotFoundException or InvalidOperationException or FormatException)
        {
            throw NoLog("a line is no JSON object with whole numbers named step and epoch");
        }
    }
}
