#if CHECKPOINTS
namespace GanKit.Checkpoints;
#else
namespace GanKit;
#endif

/// <summary>
/// Takes off what wrappers put into names: DataParallel and AveragedModel (<c>module</c>), <c>torch.compile</c>, also of a
/// part (<c>main._orig_mod.0.weight</c>), FSDP, activation checkpointing.
/// </summary>
internal static class WrapperNames
{
    private static readonly HashSet<string> Parts =
        ["module", "_orig_mod", "_fsdp_wrapped_module", "_fpw_module", "_forward_module", "_checkpoint_wrapped_module"];

    // Numbers that wrappers keep beside the network: counts, and decays.
    private static readonly HashSet<string> Counts =
    [
        "n_averaged", "initted", "step", "steps", "num_updates", "num_updates_tracked", "decay", "updates", "epoch", "global_step",
    ];

    internal static string Strip(string name) => name.Contains("mod", StringComparison.Ordinal)
        ? string.Join('.', name.Split('.').Where(part => !Parts.Contains(part)))
        : name;

    /// <summary>The wrappers in a name.</summary>
    internal static IEnumerable<string> In(string name) => name.Split('.').Where(Parts.Contains);

    /// <summary>Whether it is a number that a wrapper keeps for itself.</summary>
    internal static bool IsCount(string name, PyTorchTensor tensor) => tensor.ElementCount == 1 && IsCount(name);

    /// <inheritdoc cref="IsCount(string, PyTorchTensor)"/>
    internal static bool IsCount(string name) => Counts.Contains(name[(name.LastIndexOf('.') + 1)..]);
}
