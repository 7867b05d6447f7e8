using System.Text;

namespace GanKit;

/// <summary>A log file of one record a line, in which every written record is at once the operating system's.</summary>
internal abstract class MetricsFile(string path) : IDisposable
{
    private StreamWriter? _writer;

    /// <summary>The file.</summary>
    protected string FilePath { get; } = path;

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

    /// <summary>Takes what stands above the records off the lines of an older file; throws if it is no log of this kind.</summary>
    protected virtual IReadOnlyList<string> ReadHeader(IReadOnlyList<string> lines) => lines;

    /// <summary>What stands above records; it may depend on whether there are any that were kept.</summary>
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
