using System.Text.RegularExpressions;

namespace GanKit.Checkpoints;

/// <summary>
/// The raw weights of a file, to be found by what an average must have in common with them: a file may hold thousands of
/// each.
/// </summary>
internal sealed partial class RawWeights
{
    private const int MostCandidates = 64;

    // Averages that all borrow the same buffers may be larger than any memory.
    private const int MostTensors = 200_000;

    // Under what they have in common and their role, and once more under no role.
    private readonly Dictionary<(int Common, string? Role), List<Network>> _byNames = [];
    private readonly Dictionary<(int Common, string? Role), List<Network>> _byShapes = [];
    private int _tensors;

    internal RawWeights(IEnumerable<PyTorchStateDict> raw)
    {
        foreach (var weights in raw)
        {
            var learnt = LearntOf(weights);
            var network = new Network(weights, [.. learnt.Select(entry => entry.Key)]);
            if (learnt.Length < weights.Count)
                Add(_byNames, HashOf(learnt), network);
            Add(_byShapes, HashOf(learnt.Select(entry => entry.Value)), network);
        }

        static void Add(Dictionary<(int, string?), List<Network>> index, int common, Network network)
        {
            foreach (var role in new[] { Averages.Role(network.Weights.Key), null })
            {
                if (index.TryGetValue((common, role), out var alike))
                    alike.Add(network);
                else
                    index[(common, role)] = [network];
            }
        }
    }

    /// <summary>Whether something is a norm's statistic or vector, which no optimiser trains.</summary>
    internal static bool IsBuffer(string name) => Buffer().IsMatch(name);

    /// <summary>The weights that have all that an average has, and buffers besides.</summary>
    internal PyTorchStateDict? WithBuffersFor(PyTorchStateDict average)
    {
        return Find(_byNames, HashOf(LearntOf(average)), average.Key, Completes)?.Weights;

        // Names are unique: with those of the average taken away, what is left are as many as there are more.
        bool Completes(Network network) => network.Weights.Count > average.Count
            && average.All(entry => network.Weights.TryGetValue(entry.Key, out var same) && same.Shape.SequenceEqual(entry.Value.Shape))
            && network.Learnt.All(average.ContainsKey);
    }

    /// <summary>The weights whose learnt ones have the sizes of a list's tensors, one by one, and the names of these.</summary>
    internal (PyTorchStateDict Weights, IReadOnlyList<string> Learnt)? Like(string path, IReadOnlyList<PyTorchTensor> list)
    {
        return Find(_byShapes, HashOf(list), path, IsLike) is { } found ? (found.Weights, found.Learnt) : null;

        bool IsLike(Network network) => network.Learnt.Length == list.Count
            && network.Learnt.Zip(list).All(pair => network.Weights[pair.First].Shape.SequenceEqual(pair.Second.Shape));
    }

    /// <summary>Those of the same role come first, and then the file's order decides.</summary>
    private Network? Find(Dictionary<(int, string?), List<Network>> index, int common, string path, Func<Network, bool> fits)
    {
        var found = new[] { Averages.Role(path), null }
            .SelectMany(role => index.GetValueOrDefault((common, role), []).Take(MostCandidates)).FirstOrDefault(fits);
        if (found is null || _tensors + found.Weights.Count > MostTensors)
            return null;
        _tensors += found.Weights.Count;
        return found;
    }

    private static KeyValuePair<string, PyTorchTensor>[] LearntOf(PyTorchStateDict weights) =>
        [.. weights.Where(entry => !IsBuffer(entry.Key))];

    /// <summary>A sum, so that the order of the names does not matter.</summary>
    private static int HashOf(KeyValuePair<string, PyTorchTensor>[] learnt) =>
        learnt.Aggregate(0, (sum, entry) => unchecked(sum + HashCode.Combine(entry.Key, HashOf([entry.Value]))));

    private static int HashOf(IEnumerable<PyTorchTensor> tensors)
    {
        var hash = new HashCode();
        foreach (var tensor in tensors)
        {
            hash.Add(tensor.Shape.Count);
            foreach (var size in tensor.Shape)
                hash.Add(size);
        }

        return hash.ToHashCode();
    }

    [GeneratedRegex(@"(^|\.)(running_mean|running_var|num_batches_tracked|_u|_v|\w+_[uv]|sn_u|sn_sigma|u0|sv0)$")]
    private static partial Regex Buffer();

    private sealed record Network(PyTorchStateDict Weights, string[] Learnt);
}
