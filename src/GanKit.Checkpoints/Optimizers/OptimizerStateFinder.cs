using System.Globalization;

namespace GanKit.Checkpoints;

/// <summary>Finds the states of optimisers in what a file holds, under the keys that lead to them.</summary>
internal static class OptimizerStateFinder
{
    private const int LongestKey = 200;

    /// <summary>The one that is meant, and its key.</summary>
    /// <exception cref="StateDictMismatchException">There is none under that key, or several without a key.</exception>
    internal static (string Key, PyTorchDict State) Choose(PyTorchFile file, string? key)
    {
        var found = Find(file.Root);
        if (found.TryGetValue(key ?? "", out var state))
            return (key ?? "", state);
        if (key is null && found.Count == 1)
            return (found.GetAt(0).Key, found.GetAt(0).Value);
        var offer = found.Count == 0
            ? "There are none at all."
            : $"There are: {string.Join(", ", found.Take(20).Select(Describe))}.";
        throw new StateDictMismatchException(key is null && found.Count > 0
            ? $"{file.Name} holds the states of several optimisers, and a key must say which. {offer}"
            : $"{file.Name} has no optimiser's state{(key is null ? "" : $" under '{key}'")}. {offer}");
    }

    private static string Describe(KeyValuePair<string, PyTorchDict> entry) =>
        $"'{entry.Key}' ({OptimizerPlan.KindOf(entry.Value)})";

    /// <summary>Broad before deep, so that of two ways to the same state the shorter one gives the key.</summary>
    private static OrderedDictionary<string, PyTorchDict> Find(object? root)
    {
        var found = new OrderedDictionary<string, PyTorchDict>();
        var visited = new HashSet<object>(ReferenceEqualityComparer.Instance);
        var waiting = new Queue<(object? Value, string Key)>([(root, "")]);
        while (waiting.TryDequeue(out var next))
        {
            var value = next.Value is PyTorchRecord record ? record.State : next.Value; // an optimiser that was saved whole
            if (!ValueTree.IsContainer(value) || !visited.Add(value!) || next.Key.Length > LongestKey)
                continue;
            if (value is PyTorchDict state && StateDictFinder.IsOptimizer(state))
            {
                found.TryAdd(next.Key, state);
                continue;
            }

            var children = value is PyTorchDict dict
                ? dict.Select(entry => (entry.Value, Name: entry.Key))
                : (value as IReadOnlyList<object?> ?? []).Select((item, i) => (item, (object)i));
            foreach (var (child, name) in children)
            {
                if (child is PyTorchRecord || ValueTree.IsContainer(child))
                    waiting.Enqueue((child, Join(next.Key, Convert.ToString(name, CultureInfo.InvariantCulture)!)));
            }
        }

        return found;
    }

    private static string Join(string key, string name) => key.Length == 0 ? name : $"{key}.{name}";
}
