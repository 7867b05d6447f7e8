namespace GanKit.Checkpoints;

/// <summary>
/// The content of a file with weights, found without reading them; <see cref="ToString"/> is a report for a terminal.
/// </summary>
/// <remarks>See <see cref="PyTorchFile.Inspect(string, Func{PyTorchStateDict, IEnumerable{string}})"/>.</remarks>
public sealed class CheckpointSummary
{
    internal CheckpointSummary(string path, CheckpointFormat format, long fileSize) =>
        (FilePath, Format, FileSize) = (path, format, fileSize);

    /// <summary>The file or folder.</summary>
    public string FilePath { get; }

    /// <summary>How it is written.</summary>
    public CheckpointFormat Format { get; }

    /// <summary>Its bytes; of a folder, those of all files in it.</summary>
    public long FileSize { get; }

    /// <summary>Texts that stand beside the tensors (<see cref="PyTorchFile.Metadata"/>).</summary>
    public required IReadOnlyDictionary<string, string> Metadata { get; init; }

    /// <summary>The tree of its content.</summary>
    public required CheckpointNode Root { get; init; }

    /// <summary>All tensors, each once, optimisers' too, in the file's order.</summary>
    public required IReadOnlyList<CheckpointTensor> Tensors { get; init; }

    /// <summary>How many numbers all tensors have together.</summary>
    public long ElementCount => Total(Tensors.Select(tensor => tensor.ElementCount));

    /// <summary>The bytes that they take.</summary>
    public long ByteCount => Total(Tensors.Select(tensor => tensor.ByteCount));

    /// <summary>The state dicts, and which networks they hold, where that was asked.</summary>
    public required IReadOnlyList<WeightsSummary> Weights { get; init; }

    /// <summary>
    /// Where averaged weights stand, which are taken unless a key says otherwise: <c>g_ema</c>, <c>ema_model</c>; empty for
    /// the root.
    /// </summary>
    public IReadOnlyList<string> Averages { get; init => field = Given.NotNull(value); } = [];

    /// <summary>The states of optimisers.</summary>
    public required IReadOnlyList<OptimizerSummary> Optimizers { get; init; }

    /// <summary>
    /// A report of at most 100 columns: format and sizes, the tree with long lists cut, the networks, the optimisers.
    /// It has no control characters, whatever the file holds.
    /// </summary>
    /// <returns>The report, its lines separated by <c>\n</c>.</returns>
    public override string ToString() => SummaryReport.Of(this);

    // Views that repeat one number can be larger than any memory.
    private static long Total(IEnumerable<long> counts) =>
        (long)Int128.Min(long.MaxValue, counts.Aggregate(Int128.Zero, (total, count) => total + count));
}
