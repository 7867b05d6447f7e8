namespace GanKit.Networks;

/// <summary>Where the weights of a file and those that a network should have differ.</summary>
internal sealed class LayoutComparison
{
    private LayoutComparison(NetworkSpec network) => Network = network;

    private LayoutComparison(WeightLayout file, NetworkSpec network, WeightLayout expected)
        : this(network)
    {
        foreach (var (name, shape) in expected)
        {
            if (file[name] is not { } found)
            {
                if (!WeightLayout.IsDispensable(name))
                    Differences.Add($"{name} {Describe(shape)} is missing");
            }
            else if (Agree(found, shape))
            {
                Agreeing++;
            }
            else
            {
                var expectation = shape.Contains(0) ? "which is empty" : $"not {Describe(shape)}";
                Differences.Add($"{name} is {Describe(found)}, {expectation}");
            }
        }

        foreach (var (name, shape) in file.Where(entry => expected[entry.Key] is null))
        {
            if (expected.Unused.TryGetValue(name, out var unused) && Agree(shape, unused))
            {
                Unused++;
                CountsBatches |= unused is [];
            }
            else
            {
                Differences.Add($"{name} {Describe(shape)} should not be there");
            }
        }
    }

    internal NetworkSpec Network { get; }

    internal List<string> Differences { get; } = [];

    /// <summary>How many weights agree in name and sizes.</summary>
    internal int Agreeing { get; private init; }

    /// <summary>How many of the file's weights are statistics for which this network has no use.</summary>
    internal int Unused { get; }

    /// <summary>
    /// Whether a count of batches is among them: then a norm of PyTorch 0.4.1 or later kept them on purpose.
    /// </summary>
    internal bool CountsBatches { get; }

    /// <summary>
    /// Compares a file with a network of a family; null where there is no such network, or one of so many layers that the file
    /// can't be near it. So comparing costs no more than the file's own names do, whatever the numbers in it.
    /// </summary>
    internal static LayoutComparison? Of(WeightLayout file, NetworkSpec network)
    {
        var named = file.Renamed(network.KeyMap.Map);
        try
        {
            return network.Layout(mostLayers: 2 * named.Count) is { } expected ? new(named, network, expected) : null;
        }
        catch (NativeBackendException)
        {
            return new(network)
            {
                Agreeing = int.MaxValue,
                Differences = { "its weights could not be compared, since libtorch does not load" },
            };
        }
    }

    internal bool IsExact => Differences.Count == 0;

    /// <summary>Whether it is worth saying that the file is nearly this network.</summary>
    internal bool IsNear => Agreeing > Differences.Count;

    /// <summary>Before PyTorch 0.4 a single number had sizes (1). No network has an empty weight.</summary>
    private static bool Agree(IReadOnlyList<long> found, IReadOnlyList<long> expected) =>
        (found.SequenceEqual(expected) && !found.Contains(0)) || (expected is [] && found is [1]);

    private static string Describe(IReadOnlyList<long> shape) => TensorExtensions.DescribeShape([.. shape]);
}
