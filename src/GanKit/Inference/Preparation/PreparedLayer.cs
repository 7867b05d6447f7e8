using GanKit.Layers;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace GanKit;

/// <summary>
/// A layer that computes with fixed weights while it is on, and the batch normalisation that those contain, which then
/// lets through what the layer made.
/// </summary>
internal sealed class PreparedLayer : IDisposable
{
    private readonly WeightedLayer _layer;
    private readonly BatchNorm? _norm;
    private readonly FixedWeights _weights;
    private readonly List<IDisposable> _detours = [];
    private readonly Action? _unhook;
    private Tensor? _made;
    private bool _on;

    internal PreparedLayer(WeightedLayer layer, BatchNorm? norm, FixedWeights weights)
    {
        (_layer, _norm, _weights) = (layer, norm, weights);
        if (layer.Apply is { } apply)
        {
            _detours.Add(
                new Detour(layer.Module, input => Takes(input) ? Made(apply(input, weights.Weight, weights.Bias)) : null));
        }
        else
            _unhook = layer.Module.register_forward_hook((_, _, output) => Made(output)).remove;
        if (norm is not null)
            _detours.Add(new Detour(norm, Pass));
    }

    /// <summary>
    /// Whether something else than the norm got what the layer made, since it was turned on: then the results are wrong.
    /// </summary>
    internal bool HasFailed { get; private set; }

    internal void Turn(bool on)
    {
        if (on)
            HasFailed = false;
        else
            HasFailed |= _made is not null;
        (_on, _made) = (on, null);
        if (_layer.Module is SpectralNormLayer spectral)
            spectral.Fixed = on ? (_weights.Weight, _weights.Bias) : null;
    }

    public void Dispose()
    {
        foreach (var detour in _detours)
            detour.Dispose();
        _unhook?.Invoke();
        _weights.Dispose();
    }

    // Batches alone: single images have no dimension that could be empty.
    private bool Takes(Tensor input) => _on && (input.dim() == _weights.Weight.dim()
        || (_norm is null && _weights.Weight.dim() == 2 && input.dim() > 2));

    private Tensor Made(Tensor output)
    {
        if (_on && _norm is not null)
        {
            HasFailed |= _made is not null;
            _made = output;
        }

        return output;
    }

    private Tensor? Pass(Tensor input)
    {
        if (!_on || _made is null)
            return null;
        if (ReferenceEquals(input, _made) && !_norm!.training)
        {
            _made = null;
            return input.alias();
        }

        HasFailed = true;
        return null;
    }
}
