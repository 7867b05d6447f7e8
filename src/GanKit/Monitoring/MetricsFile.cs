using System.Text;

namespace GanKit;

/// <summary>A log file of one record a line, in which every written record is at once the operating system's.</summary>
internal abstract class MetricsFile(string path) : IDisposable
{
    private StreamWriter? _writer;

    /// <summary>The file.</summary>
    protected string FilePath { get; } = path;

    /// <summary>Opens the kind of file that the extension says, with the records up to a step that it holds already.</summary>
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

    /// <summary>Keeps what is to be kept of the lines of an older file; throws if it is no log of this kind.</summary>
    protected abstract IEnumerable<string> Keep(IReadOnlyList<string> lines, long throughStep);

    protected void AppendLine(string line) => _writer!.Write(line + '\n');

    /// <summary>The complete lines of the file; a last one that a killed run did not finish is left out.</summary>
    protected IReadOnlyList<string> ReadLines()
    {
        Dispose();
        var text = File.Exists(FilePath) ? File.ReadAllText(FilePath) : "";
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

    private void Restart(long keepThroughStep) => Rewrite(Keep(ReadLines(), keepThroughStep).ToArray());

    private static bool IsCsv(string path) => Path.GetExtension(path).Equals(".csv", StringComparison.OrdinalIgnoreCase);
}
