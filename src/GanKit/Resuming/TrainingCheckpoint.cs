using System.Globalization;

namespace GanKit.Resuming;

/// <summary>A folder with the state of a run, which <see cref="TrainingCheckpoints"/> wrote.</summary>
/// <remarks>
/// It holds <c>state.safetensors</c>, all tensors; <c>state.json</c>, all else of the state; <c>run.json</c>, the format's version,
/// the run, its
/// machine, libraries, options and architecture; and <c>SHA256SUMS</c>, their checksums. The same state makes the same first two files.
/// </remarks>
public sealed class TrainingCheckpoint
{
    private const string Prefix = "step-";

    private TrainingCheckpoint(string path, CheckpointRecord record) => (FolderPath, Record) = (path, record);

    /// <summary>The folder.</summary>
    public string FolderPath { get; }

    /// <summary>Steps that the run had done.</summary>
    public long Step => Record.Step;

    /// <summary>Epochs that it had completed.</summary>
    public long Epoch => Record.Epoch;

    /// <summary>When it was written.</summary>
    public DateTimeOffset Written => Record.Written;

    /// <summary>What <see cref="TrainingCheckpoints.Measure"/> gave; null where nothing was measured.</summary>
    public double? Measure => Record.Measure;

    /// <summary>
    /// What <see cref="ResumeExtensions.Resume"/> has to say of going on from it: checkpoints that it passed over as damaged, and what
    /// is not as it was in the run, such as
    /// the processor. Empty where there is nothing.
    /// </summary>
    public IReadOnlyList<string> Notices { get; internal init; } = [];

    internal CheckpointRecord Record { get; }

    /// <summary>The checkpoints in a folder, the one that was written last at the end. What is no checkpoint, or one that can't be
    /// read, is left out.</summary>
    /// <param name="folder">The folder, which need not be there.</param>
    /// <returns>The checkpoints. Their checksums are compared when one is resumed from, not here.</returns>
    public static IReadOnlyList<TrainingCheckpoint> In(string folder)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(folder);
        var found = new List<TrainingCheckpoint>();
        foreach (var path in Candidates(folder))
        {
            if (TemporaryFile.IsAbandoned(path) && CheckpointSums.FindFault(path) is not null)
                continue; // it was being written when its process was killed, and never was a checkpoint
            try
            {
                found.Add(Open(path));
            }
            catch (Exception error) when (error is CheckpointFormatException or IOException or UnauthorizedAccessException)
            {
                // Resume says what is wrong with it.
            }
        }

        return [.. found.OrderBy(checkpoint => checkpoint.Record.Number)];
    }

    internal static string NameOf(long step) => string.Create(CultureInfo.InvariantCulture, $"{Prefix}{step:D8}");

    internal static TrainingCheckpoint Open(string path) => new(path, CheckpointRecord.Read(path));

    internal TrainingCheckpoint With(IReadOnlyList<string> notices) => new(FolderPath, Record) { Notices = notices };

    internal static bool IsCheckpoint(string path) =>
        File.Exists(Path.Combine(path, CheckpointRecord.FileName)) || File.Exists(Path.Combine(path, CheckpointSums.FileName));

    /// <summary>Folders that may be checkpoints; one that a killed process had written and not yet renamed is one.</summary>
    internal static IEnumerable<string> Candidates(string folder) => !Directory.Exists(folder) ? [] :
        Directory.EnumerateDirectories(folder, Prefix + "*").Where(
            path => IsStep(Path.GetFileName(path)[Prefix.Length..]) || TemporaryFile.IsAbandoned(path));

    private static bool IsStep(string text) => text.Length > 0 && text.All(char.IsAsciiDigit);
}
