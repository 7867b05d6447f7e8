using static TorchSharp.torch;

namespace GanKit;

/// <summary>
/// Averaged weights and an inference mode for a network; weights, buffers and the mode of each of its modules are put back
/// when disposed.
/// </summary>
internal sealed class InferenceState : IDisposable
{
    private readonly NetworkModes _formerModes;
    private readonly List<(Tensor Buffer, Tensor Former)> _buffers = [];
    private readonly IDisposable? _weights;

    internal InferenceState(nn.Module network, MovingAverage? average, InferenceMode mode)
    {
        _formerModes = new(network);
        var modes = mode.Of(network);
        try
        {
            _weights = average?.Apply();
            if (modes.AnyTrains) // what runs as in training may learn statistics
            {
                foreach (var buffer in network.buffers())
                    _buffers.Add((buffer, buffer.KeptCopy()));
            }

            modes.Set();
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    public void Dispose()
    {
        using var noGrad = no_grad();
        try
        {
            _formerModes.Set();
            foreach (var (buffer, former) in _buffers)
            {
                buffer.copy_(former);
                former.Dispose();
            }
        }
        finally
        {
            _weights?.Dispose();
        }
    }
}
