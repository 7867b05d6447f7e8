using System.Collections;
using System.Text.RegularExpressions;
using static TorchSharp.torch;

namespace GanKit;

/// <summary>The names and sizes of a network's weights, without the weights: what a network is recognised by.</summary>
/// <remarks>
/// A file's layout comes from its state dict; a <see cref="NetworkSpec"/> writes its own down with the methods here, a
/// layer at a time, under PyTorch's names:
/// <code>new WeightLayout().Convolution("model.0", 64, 3, kernelSize: 4).BatchNorm("model.1", 64)</code>
/// A pattern reads one: <c>layout["model.0.weight"] is [var width, var inChannels, 4, 4]</c>. libtorch is not needed.
/// </remarks>
public sealed partial class WeightLayout : IReadOnlyCollection<KeyValuePair<string, IReadOnlyList<long>>>
{
    private readonly OrderedDictionary<string, IReadOnlyList<long>> _shapes = [];
    private readonly HashSet<string> _dispensable = [];
    private readonly Dictionary<string, IReadOnlyList<long>> _unused = [];

    /// <summary>How many weights there are.</summary>
    public int Count => _shapes.Count;

    /// <summary>The names, in order.</summary>
    public IEnumerable<string> Names => _shapes.Keys;

    /// <summary>
    /// How many numbers there are to learn: all but the running statistics of norms and the vectors of spectral norms.
    /// </summary>
    public long ParameterCount => _shapes.Where(entry => !Buffer().IsMatch(entry.Key))
        .Sum(entry => entry.Value.Aggregate(1L, (product, size) => product * size));

    /// <summary>Sizes that a file may have beside these, and that mean nothing: see <see cref="InstanceNorm"/>.</summary>
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
        var layout = new WeightLayout();
        foreach (var (name, tensor) in weights)
            layout._shapes[name] = tensor.Shape;
        return layout;
    }

    /// <summary>The names and sizes of a network's weights and buffers.</summary>
    /// <param name="module">The network.</param>
    /// <returns>Their layout.</returns>
    public static WeightLayout Of(nn.Module module)
    {
        ArgumentNullException.ThrowIfNull(module);
        var layout = new WeightLayout();
        foreach (var (name, tensor) in module.state_dict())
            layout._shapes[name] = tensor.shape;
        return layout;
    }

    /// <summary>Adds one weight.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="shape">Its sizes.</param>
    /// <returns>This layout.</returns>
    public WeightLayout Add(string name, params long[] shape)
    {
        ArgumentException.ThrowIfNullOrEmpty(name);
        _shapes[name] = shape;
        return this;
    }

    /// <summary>Adds a two-dimensional convolution: <c>weight</c> (out, in, k, k) and <c>bias</c> (out).</summary>
    /// <param name="name">The layer's name.</param>
    /// <param name="outChannels">Channels that it makes.</param>
    /// <param name="inChannels">Channels that it takes.</param>
    /// <param name="kernelSize">Height and width of its kernel.</param>
    /// <param name="bias">Whether it has a bias; yes, as in PyTorch, unless stated.</param>
    /// <returns>This layout.</returns>
    public WeightLayout Convolution(string name, long outChannels, long inChannels, long kernelSize, bool bias = true) =>
        Add($"{name}.weight", outChannels, inChannels, kernelSize, kernelSize).Bias(name, outChannels, bias);

    /// <summary>Adds a transposed convolution: <c>weight</c> (in, out, k, k) and <c>bias</c> (out).</summary>
    /// <param name="name">The layer's name.</param>
    /// <param name="inChannels">Channels that it takes.</param>
    /// <param name="outChannels">Channels that it makes.</param>
    /// <param name="kernelSize">Height and width of its kernel.</param>
    /// <param name="bias">Whether it has a bias; yes, as in PyTorch, unless stated.</param>
    /// <returns>This layout.</returns>
    public WeightLayout TransposedConvolution(
        string name, long inChannels, long outChannels, long kernelSize, bool bias = true) =>
        Add($"{name}.weight", inChannels, outChannels, kernelSize, kernelSize).Bias(name, outChannels, bias);

    /// <summary>Adds a linear layer: <c>weight</c> (out, in) and <c>bias</c> (out).</summary>
    /// <param name="name">The layer's name.</param>
    /// <param name="outFeatures">Numbers that it makes.</param>
    /// <param name="inFeatures">Numbers that it takes.</param>
    /// <returns>This layout.</returns>
    public WeightLayout Linear(string name, long outFeatures, long inFeatures) =>
        Add($"{name}.weight", outFeatures, inFeatures).Bias(name, outFeatures, bias: true);

    /// <summary>
    /// Adds a batch norm: <c>weight</c>, <c>bias</c>, <c>running_mean</c>, <c>running_var</c>, and
    /// <c>num_batches_tracked</c>, which files from before PyTorch 0.4.1 may lack.
    /// </summary>
    /// <param name="name">The layer's name.</param>
    /// <param name="channels">Its channels.</param>
    /// <returns>This layout.</returns>
    public WeightLayout BatchNorm(string name, long channels)
    {
        foreach (var part in new[] { "weight", "bias", "running_mean", "running_var" })
            Add($"{name}.{part}", channels);
        _dispensable.Add($"{name}.num_batches_tracked");
        return Add($"{name}.num_batches_tracked");
    }

    /// <summary>
    /// Adds an instance norm without parameters: nothing. Files from before PyTorch 0.4 have statistics there that are
    /// not used.
    /// </summary>
    /// <param name="name">The layer's name.</param>
    /// <param name="channels">Its channels.</param>
    /// <returns>This layout.</returns>
    public WeightLayout InstanceNorm(string name, long channels)
    {
        _unused[$"{name}.running_mean"] = [channels];
        _unused[$"{name}.running_var"] = [channels];
        _unused[$"{name}.num_batches_tracked"] = [];
        return this;
    }

    /// <inheritdoc/>
    public IEnumerator<KeyValuePair<string, IReadOnlyList<long>>> GetEnumerator() => _shapes.GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    /// <summary>Whether a file may lack this weight.</summary>
    internal bool IsDispensable(string name) => _dispensable.Contains(name);

    /// <summary>What stands under a beginning, without that beginning.</summary>
    internal WeightLayout Under(string prefix)
    {
        if (prefix.Length == 0)
            return this;
        var layout = new WeightLayout();
        foreach (var (name, shape) in _shapes)
        {
            if (name.StartsWith(prefix, StringComparison.Ordinal) && name.Length > prefix.Length)
                layout._shapes[name[prefix.Length..]] = shape;
        }

        return layout;
    }

    private WeightLayout Bias(string name, long size, bool bias) => bias ? Add($"{name}.bias", size) : this;

    [GeneratedRegex(@"(^|\.)(running_mean|running_var|num_batches_tracked|_u|_v|sn_u|sn_sigma)$")]
    private static partial Regex Buffer();
}
