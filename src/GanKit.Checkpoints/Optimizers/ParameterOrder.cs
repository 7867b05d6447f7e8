using TorchSharp.Modules;

namespace GanKit.Checkpoints;

/// <summary>Which of a group's parameters in a file is which of the optimiser's.</summary>
internal static class ParameterOrder
{
    internal const string Ambiguity =
        "Parameters of equal shapes were matched by position alone, since their names in the file are not known: right only "
        + "if the network's fields are declared in Python's order. Load the network's weights from the same file first, or "
        + "name the network in LoadPyTorch.";

    /// <summary>
    /// For each of the file's parameters the place of the optimiser's: by the names that the group has itself, or by the
    /// order of the network in the file; what has no name stays in its place.
    /// </summary>
    internal static int[] Of(PyTorchDict group, IReadOnlyList<Parameter> parameters, ParameterNames names)
    {
        var order = Enumerable.Range(0, parameters.Count).ToArray();
        var found = parameters.Select(names.Find).ToArray();
        if (group.GetValueOrDefault("param_names") is IReadOnlyList<object?> own && own.Count == order.Length
            && found.All(place => place is not null)
            && found.Select(place => place!.Value.Name).ToHashSet().SetEquals(own.OfType<string>()))
        {
            var places = found.Select((place, i) => (place!.Value.Name, i)).ToDictionary();
            return [.. own.Select(name => places[(string)name!])];
        }

        foreach (var network in order.Where(i => found[i] is not null).GroupBy(i => found[i]!.Value.Network))
        {
            // Of several networks, each keeps its places: their order is that in which they were given.
            var places = network.ToArray();
            foreach (var (place, i) in places.Zip(places.OrderBy(i => found[i]!.Value.Rank)))
                order[place] = i;
        }

        return order;
    }

    /// <summary>Whether parameters without a name could be taken for each other, since their shapes are the same.</summary>
    internal static bool IsAmbiguous(IReadOnlyList<Parameter> parameters, ParameterNames names)
    {
        var nameless = parameters.Where(parameter => names.Find(parameter) is null).ToArray();
        return nameless.DistinctBy(parameter => TensorExtensions.DescribeShape(parameter.shape)).Count() < nameless.Length;
    }
}
