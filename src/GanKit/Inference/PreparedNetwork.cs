using GanKit.Layers;
using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace GanKit.Networks;

/// <summary>
/// A copy of a network of any number of inputs, whose weights, layout and mode are made for calls from any number of
/// threads, and which runs batches part by part.
/// </summary>
internal sealed class PreparedNetwork<TModule> : IDisposable
    where TModule : nn.Module
{
    private readonly InferenceOptions _options;
    private readonly TModule _copy;
    private readonly (ScalarType Dtype, Device Device)? _like; // nothing, where there are no weights
    private int _uses = 1; // calls that have not ended, and this itself
    private int _disposed;

    internal PreparedNetwork(TModule network, Func<TModule>? factory, InferenceOptions? options)
    {
        ArgumentNullException.ThrowIfNull(network);
        _options = options ?? new();
        _options.Validate();
        NetworkCopy.RequireAlive(network, "ForInference copies them: call it before.");
        var own = factory is null ? RequireRebuildable(network) : null;
        _copy = NetworkCopy.Of(network, factory ?? (() => FirstWeights.Skip(() => (TModule)own!.Rebuild())), _options.Mode);
        var modes = _options.Mode.Of(network);
        Modes = [.. InferenceMode.All.Where(mode => mode.Of(network).AreLike(modes))];
        if (_copy.FloatingWeight() is { } weight)
            _like = (weight.dtype, weight.device);
        if (own is { FeedsItsNorms: true })
            NormFolding.Fold(_copy);
        if (own is not null && _like?.Dtype == float32 && _options.Precision != Precision.Float32)
            CastWeights();
        if (_options.ChannelsLast)
            LayOut();
        if (_options.KeepHostMemory && _like is { Device.type: TorchSharp.DeviceType.CPU })
            Devices.KeepHostMemory = true;
    }

    /// <summary>The modes that it runs in, which come to the same for this network.</summary>
    internal IReadOnlyList<InferenceMode> Modes { get; }

    /// <summary>The network that computes.</summary>
    internal TModule Copy => _copy;

    /// <summary>Runs the network on a batch.</summary>
    /// <param name="inputs">Its inputs, each (B, ...).</param>
    /// <param name="call">Calls the copy; the output belongs to the current dispose scope.</param>
    /// <returns>The network's output, an ordinary contiguous tensor that belongs to the caller's scope.</returns>
    internal Tensor Run(Tensor[] inputs, Func<TModule, Tensor[], Tensor> call)
    {
        Begin();
        try
        {
            Guarded.RequireUsable(_like?.Device, Name(inputs));
            var samples = CountSamples(inputs);
            using var scope = NewDisposeScope();
            using var noGrad = no_grad();
            using var precision = _options.Precision.Autocast(_like?.Device ?? inputs[0].device);
            Tensor[] ready = [.. inputs.Select(Bring)];
            var step = Math.Min(_options.BatchSize ?? samples, samples);
            Tensor? result = null;
            for (var start = 0L; start < samples; start += step)
            {
                using var part = NewDisposeScope();
                var count = Math.Min(step, samples - start);
                var given = Cut(ready, start, count);
                var output = Guarded.Network("network", _copy, Name(given), () => call(_copy, given));

                result ??= Result(output, samples).MoveToOuterDisposeScope();
                result.narrow(0, start, output.size(0)).copy_(output);
            }

            return result!.MoveToOuterDisposeScope();
        }
        finally
        {
            End();
        }
    }

    /// <summary>Frees the copy, once calls on other threads have ended.</summary>
    public void Dispose()
    {
        if (Interlocked.Exchange(ref _disposed, 1) == 0)
            End();
    }

    private void Begin()
    {
        while (Volatile.Read(ref _disposed) == 0 && Volatile.Read(ref _uses) is var uses and > 0)
        {
            if (Interlocked.CompareExchange(ref _uses, uses + 1, uses) == uses)
                return;
        }

        throw new ObjectDisposedException(
            "InferenceNetwork", "What ForInference made is disposed: call ForInference again.");
    }

    private void End()
    {
        if (Interlocked.Decrement(ref _uses) == 0)
            _copy.Dispose();
    }

    private static IRebuildable RequireRebuildable(nn.Module network)
    {
        if (network is IRebuildable own)
            return own;
        if (network is InferenceNetwork or ConditionalInferenceNetwork)
            throw new ArgumentException("The network is prepared already: ForInference made it.", nameof(network));
        var type = network.GetType().Name;
        throw new ArgumentException(
            $"ForInference computes on a copy of the network, and GanKit does not know what {type} was made of: say how to build "
            + $"another, with ForInference(() => new {type}(...)), in the arguments that this one was made with.",
            nameof(network));
    }

    private static (string Name, Tensor? Tensor)[] Name(Tensor[] inputs) =>
        [.. inputs.Zip(["inputs", "conditions"], (input, name) => (name, input))];

    private static long CountSamples(Tensor[] inputs)
    {
        foreach (var input in inputs)
        {
            if (input.dim() == 0 || input.numel() == 0 || input.size(0) != inputs[0].size(0))
            {
                throw new ArgumentException(
                    "Inputs should be batches (B, ...) of at least one sample, all of the same length, not " +
                    $"{string.Join(" and ", inputs.Select(each => each.Describe()))}.", nameof(inputs));
            }
        }

        return inputs[0].size(0);
    }

    // Labels keep their type.
    private Tensor Bring(Tensor input) =>
        _like is not { } like ? input : input.is_floating_point()
            ? input.to(like.Dtype, like.Device)
            : input.to(like.Device);

    // Copies, since a layer may work in place.
    private Tensor[] Cut(Tensor[] inputs, long start, long count) => [.. inputs.Select(input =>
    {
        var part = input.narrow(0, start, count);
        var laidOut = _options.ChannelsLast ? part.ToChannelsLast() : part;
        return ReferenceEquals(laidOut, part) ? part.clone() : laidOut;
    })];

    // All parts are collected in a new tensor: the output of a network may be a view, of its input too.
    private Tensor Result(Tensor output, long samples)
    {
        var dtype = _options.Precision != Precision.Float32 && _like is { } like ? like.Dtype : output.dtype;
        return empty([samples, .. output.shape[1..]], dtype, output.device);
    }

    // Once and for all, where libtorch would cast them in each call.
    private void CastWeights()
    {
        using var scope = NewDisposeScope();
        foreach (var module in _copy.WithModules())
        {
            switch (module)
            {
                case Convolution layer:
                    (layer.weight, layer.bias) = (Cast(layer.weight), layer.bias is { } bias ? Cast(bias) : null);
                    break;
                case Linear layer:
                    (layer.weight, layer.bias) = (Cast(layer.weight), layer.bias is { } shift ? Cast(shift) : null);
                    break;
                case SpectralNormLayer { Fixed: { } known } layer:
                    layer.Fix(Cast(known.Weight), known.Bias is { } own ? Cast(own) : null);
                    break;
            }
        }

        Parameter Cast(Tensor numbers) => Parameter(numbers.to(_options.Precision.Dtype), requires_grad: false);
    }

    private void LayOut()
    {
        using var scope = NewDisposeScope();
        _copy.ToChannelsLast();
        foreach (var spectral in _copy.WithModules().OfType<SpectralNormLayer>())
            spectral.Fix(spectral.Fixed!.Value.Weight.ToChannelsLast(), spectral.Fixed.Value.Bias);
    }
}
