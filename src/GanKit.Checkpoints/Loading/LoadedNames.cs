using System.Runtime.CompilerServices;
using static TorchSharp.torch;

namespace GanKit.Checkpoints;

/// <summary>
/// Remembers which weight of a file was loaded into which of a network's, so that an optimiser's state, which has no names,
/// finds its parameters. Nothing is kept alive by it.
/// </summary>
internal static class LoadedNames
{
    private static readonly ConditionalWeakTable<Tensor, Tuple<string, string>> Origins = [];

    /// <summary>Takes note of what was loaded.</summary>
    internal static void Remember(LoadPlan plan)
    {
        foreach (var (name, weight) in Of(plan))
            Origins.AddOrUpdate(weight, Tuple.Create(plan.File.Key, name));
    }

    /// <summary>The network's key in the file that a weight was loaded from last, and the weight's name there.</summary>
    internal static (string Key, string Name)? Find(Tensor weight) =>
        Origins.TryGetValue(weight, out var origin) ? (origin.Item1, origin.Item2) : null;

    /// <summary>The network's weights, under the names that the file has for them.</summary>
    internal static IEnumerable<(string Name, Tensor Weight)> Of(LoadPlan plan)
    {
        var origins = new Dictionary<string, string>();
        foreach (var (key, name) in plan.Report.Renamed)
            origins[name] = key;
        return plan.Matches.Select(match => (origins.GetValueOrDefault(match.Name, match.Name), match.Weight));
    }
}
