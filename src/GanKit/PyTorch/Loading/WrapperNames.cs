namespace GanKit;

/// <summary>
/// Takes off what wrappers put into names: DataParallel and AveragedModel (<c>module</c>), <c>torch.compile</c>, also of a
/// part (<c>main._orig_mod.0.weight</c>), FSDP, activation checkpointing.
/// </summary>
internal static class WrapperNames
{
    private static readonly HashSet<string> Parts =
        ["module", "_orig_mod", "_fsdp_wrapped_module", "_fpw_module", "_forward_module", "_checkpoint_wrapped_module"];

    // What wrappers keep beside the network: counts, and decays. Single numbers all of them.
    private static readonly HashSet<string> Counts =
    [
        "n_averaged", "initted", "step", "steps", "num_updates", "num_updates_tracked", "decay", "updates", "epoch", "global_step",
    ];

    internal static string Strip(string name) => name.Contains("mod", StringComparison.Ordinal)
        ? string.Join('.', name.Split('.').Where(part => !Parts.Contains(part)))
        : name;

    /// <summary>Whether it is a number that a wrapper keeps for itself.</summary>
    internal static bool IsCount(string name, PyTorchTensor tensor) =>
        tensor.ElementCount == 1 && IsCount(name);

    internal static bool IsCount(string name) => Counts.Contains(name[(name.LastIndexOf('.') + 1)..]);

    /// <summary>The weights without wrappers in their names; the same where there are none, or two would be called alike.</summary>
    internal static PyTorchStateDict Strip(PyTorchStateDict whole)
    {
        var (tensors, saved) = (new OrderedDictionary<string, PyTorchTensor>(), new Dictionary<string, string>());
        var parts = new HashSet<string>();
        foreach (var (name, tensor) in whole)
        {
            var stripped = Strip(name);
            if (!tensors.TryAdd(stripped, tensor))
                return whole;
            if (stripped == name)
                continue;
            saved[stripped] = whole.SavedNameOf(name);
            parts.UnionWith(name.Split('.').Where(Parts.Contains));
        }

        return saved.Count == 0 ? whole : new(whole.Key, tensors, whole.ModuleClass)
        {
            SavedNames = saved,
            IsAverage = whole.IsAverage,
            Notes =
            [
                .. whole.Notes,
                $"'{string.Join(".' and '", parts)}.' was taken off {Words.Count(saved.Count, "name")}",
            ],
        };
    }
}
