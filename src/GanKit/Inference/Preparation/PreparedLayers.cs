using GanKit.Layers;
using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace GanKit;

/// <summary>All layers of a network that compute otherwise in inference.</summary>
internal sealed class PreparedLayers : IDisposable
{
    private readonly nn.Module[] _modules;
    private readonly InferenceOptions _options;
    private readonly List<PreparedLayer> _layers = [];
    private readonly List<IDisposable> _norms = [];
    private bool _on;

    /// <summary>Prepares what there is to prepare. Called in the network's mode of inference, without gradients.</summary>
    /// <param name="modules">The network and all modules within, each once.</param>
    /// <param name="options">How it is to run.</param>
    /// <param name="probe">Runs it on a few samples; what it gives belongs to the current scope.</param>
    internal PreparedLayers(nn.Module[] modules, InferenceOptions options, Func<Tensor> probe)
    {
        (_modules, _options) = (modules, options);
        var norms = _modules.OfType<BatchNorm>()
            .Where(norm => !norm.training && norm.running_mean is not null && norm.running_var is not null).ToArray();
        Prepare(NormFeeds.Find(Layers(), norms, probe));
        foreach (var norm in _modules.OfType<InstanceNorm2d>().Where(norm => !norm.track_running_stats))
            _norms.Add(new Detour(norm, input => Normalise(norm, input), TwoPixels));
    }

    /// <summary>Runs the network with all of them turned on.</summary>
    /// <param name="call">Calls it; what it gives belongs to the current scope.</param>
    internal Tensor Run(Func<Tensor> call)
    {
        var output = Try(call);
        if (!_layers.Any(layer => layer.HasFailed))
            return output;
        // The network's layers are connected otherwise than at its first call.
        output.Dispose();
        Forget();
        Prepare([]);
        return Try(call);
    }

    public void Dispose()
    {
        Forget();
        foreach (var norm in _norms)
            norm.Dispose();
    }

    private WeightedLayer[] Layers() => [.. _modules.Select(WeightedLayer.Of).OfType<WeightedLayer>()];

    private void Prepare(Dictionary<WeightedLayer, BatchNorm> feeds)
    {
        foreach (var layer in Layers())
        {
            var norm = feeds.FirstOrDefault(feed => feed.Key.Module == layer.Module).Value;
            var gains = norm is not null || layer.Module is SpectralNormLayer || _options.Precision != Precision.Float32
                || (_options.ChannelsLast && layer.Module is Convolution);
            if (gains)
                _layers.Add(new(layer, norm, FixedWeights.Of(layer, norm, _options.Precision, _options.ChannelsLast)));
        }
    }

    private Tensor Try(Func<Tensor> call)
    {
        Turn(true);
        try
        {
            return call();
        }
        finally
        {
            Turn(false);
        }
    }

    private void Turn(bool on)
    {
        _on = on;
        foreach (var layer in _layers)
            layer.Turn(on);
    }

    private void Forget()
    {
        foreach (var layer in _layers)
            layer.Dispose();
        _layers.Clear();
    }

    // With a weight, libtorch's instance normalisation can't do with no samples at all.
    private static Tensor TwoPixels(Tensor input)
    {
        using var scope = NewDisposeScope();
        var corner = input.narrow(0, 0, 1)
            .narrow(2, 0, Math.Min(2, input.size(2))).narrow(3, 0, Math.Min(2, input.size(3)));
        return corner.MoveToOuterDisposeScope(); // (1, C, h, w)
    }

    // The same arithmetic, but for the order of sums: a group for each channel. libtorch's kernel for instances copies
    // maps that lie channels last, there and back.
    private Tensor? Normalise(InstanceNorm2d norm, Tensor input) =>
        _on && input.dim() == 4 && input.size(1) == norm.num_features && input.size(2) * input.size(3) > 1
            ? functional.group_norm(input, norm.num_features, norm.weight, norm.bias, norm.eps)
            : null;
}
