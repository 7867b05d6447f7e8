using static TorchSharp.torch;

namespace GanKit;

/// <summary>
/// Averaged weights and an inference mode for a network; weights, buffers and the mode of each of its modules are put back
/// when disposed.
/// </summary>
internal sealed class InferenceState : IDisposable
{
    private readonly IDisposable? _weights;
    private readonly NetworkModes _formerModes;
    private readonly (Tensor Buffer, Tensor Former)[] _buffers = [];

    internal InferenceState(nn.Module network, MovingAverage? average, InferenceMode mode)
    {
        _formerModes = new(network);
        var modes = mode.Of(network);
        _weights = average?.Apply();
        if (modes.AnyTrains) // what runs as in training may learn statistics
            _buffers = [.. network.buffers().Select(buffer => (buffer, buffer.KeptCopy()))];
        modes.Set();
    }

    public void Dispose()
    {
        using var noGrad = no_grad();
        _formerModes.Set();
        foreach (var (buffer, former) in _buffers)
        {
            buffer.copy_(former);
            former.Dispose();
        }

        _weights?.Dispose();
    }
}
