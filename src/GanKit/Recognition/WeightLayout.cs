using System.Collections;
using System.Text.RegularExpressions;
using GanKit.Layers;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace GanKit.Networks;

/// <summary>The names and sizes of a network's weights, without the weights: what a network is recognised by.</summary>
/// <remarks>
/// A pattern reads one: <c>layout["model.0.weight"] is [var width, var inChannels, 4, 4]</c>.
/// </remarks>
public sealed partial class WeightLayout : IReadOnlyCollection<KeyValuePair<string, IReadOnlyList<long>>>
{
    private readonly OrderedDictionary<string, IReadOnlyList<long>> _shapes = [];
    private readonly Dictionary<string, IReadOnlyList<long>> _unused = [];

    internal WeightLayout(IEnumerable<(string Name, IReadOnlyList<long> Shape)> weights)
    {
        foreach (var (name, shape) in weights)
            _shapes[name] = shape;
    }

    /// <summary>How many weights there are.</summary>
    public int Count => _shapes.Count;

    /// <summary>The names, in order.</summary>
    public IEnumerable<string> Names => _shapes.Keys;

    /// <summary>
    /// How many numbers there are to learn: all but the running statistics of norms and the vectors of spectral norms.
    /// </summary>
    public long ParameterCount => _shapes.Where(entry => !Buffer().IsMatch(entry.Key))
        .Sum(entry => entry.Value.Aggregate(1L, (product, size) => product * size));

    /// <summary>
    /// Sizes that a file may have beside these, and that mean nothing: statistics of instance norms that keep none, which
    /// PyTorch saved before 0.4.
    /// </summary>
    internal IReadOnlyDictionary<string, IReadOnlyList<long>> Unused => _unused;

    /// <summary>A weight's sizes, or null where there is none of that name.</summary>
    /// <param name="name">Its name, for example <c>main.0.weight</c>.</param>
    public IReadOnlyList<long>? this[string name] => _shapes.GetValueOrDefault(name);

    /// <summary>The names and sizes of a file's weights.</summary>
    /// <param name="weights">The weights; none is read.</param>
    /// <returns>Their layout.</returns>
    public static WeightLayout Of(PyTorchStateDict weights)
    {
        ArgumentNullException.ThrowIfNull(weights);
        return new(weights.Select(entry => (entry.Key, entry.Value.Shape)));
    }

    /// <summary>The names and sizes of a network's weights and buffers.</summary>
    /// <param name="module">The network.</param>
    /// <returns>Their layout.</returns>
    public static WeightLayout Of(nn.Module module)
    {
        ArgumentNullException.ThrowIfNull(module);
        var layout = new WeightLayout(module.state_dict().Select(entry => (entry.Key, (IReadOnlyList<long>)entry.Value.shape)));
        foreach (var (name, layer) in module.named_modules())
        {
            if (ChannelsWithoutStatistics(layer) is not { } channels)
                continue;
            layout._unused[$"{name}.running_mean"] = layout._unused[$"{name}.running_var"] = [channels];
            layout._unused[$"{name}.num_batches_tracked"] = [];
        }

        return layout;
    }

    /// <inheritdoc/>
    public IEnumerator<KeyValuePair<string, IReadOnlyList<long>>> GetEnumerator() => _shapes.GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    /// <summary>Whether a file may lack this weight: the count of batches, which PyTorch has since 0.4.1.</summary>
    internal static bool IsDispensable(string name) => name.EndsWith("num_batches_tracked", StringComparison.Ordinal);

    /// <summary>The weights under a prefix, without that prefix.</summary>
    internal WeightLayout Under(string prefix) => prefix.Length == 0 ? this : Renamed(name =>
        name.StartsWith(prefix, StringComparison.Ordinal) && name.Length > prefix.Length ? name[prefix.Length..] : null);

    /// <summary>The same under other names; null leaves a weight out, and of two that would be called alike one keeps its name.</summary>
    internal WeightLayout Renamed(Func<string, string?> rename)
    {
        var layout = new WeightLayout([]);
        foreach (var (name, shape) in _shapes)
        {
            if (rename(name) is { } renamed && !layout._shapes.TryAdd(renamed, shape))
                layout._shapes[name] = shape;
        }

        return layout;
    }

    private static long? ChannelsWithoutStatistics(nn.Module layer) => layer switch
    {
        InstanceNormalization own => own.Channels,
        InstanceNorm1d or InstanceNorm2d or InstanceNorm3d when layer is NormBase { track_running_stats: false } norm => norm.num_features,
        _ => null,
    };

    [GeneratedRegex(@"(^|\.)(running_mean|running_var|num_batches_tracked|_u|_v|sn_u|sn_sigma)$")]
    private static partial Regex Buffer();
}
