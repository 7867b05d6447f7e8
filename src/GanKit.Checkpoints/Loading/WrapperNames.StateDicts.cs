namespace GanKit.Checkpoints;

internal static partial class WrapperNames
{
    /// <summary>Whether it is a number that a wrapper keeps for itself.</summary>
    internal static bool IsCount(string name, PyTorchTensor tensor) =>
        tensor.ElementCount == 1 && IsCount(name);

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
            IsKnownAverage = whole.IsKnownAverage,
            Notes =
            [
                .. whole.Notes,
                $"'{string.Join(".' and '", parts)}.' was taken off {Words.Count(saved.Count, "name")}",
            ],
        };
    }
}
