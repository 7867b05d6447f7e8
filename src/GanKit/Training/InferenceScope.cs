using static TorchSharp.torch;

namespace GanKit;

/// <summary>
/// Averaged weights, an inference mode and no gradients for a network; weights, buffers and the mode of each of its modules
/// are put back when disposed.
/// </summary>
internal sealed class InferenceScope : IDisposable
{
    private readonly IDisposable? _weights;
    private readonly IDisposable _mode;
    private readonly IDisposable _noGrad;
    private readonly InferenceScope? _outer;
    private bool _disposed;

    internal InferenceScope(nn.Module network, MovingAverage? average, InferenceMode mode, InferenceScope? outer)
    {
        _outer = outer is { IsDisposed: false } ? outer : null;
        _weights = average?.Apply();
        _mode = mode.Apply(network);
        _noGrad = no_grad();
    }

    /// <summary>Whether this scope, and each that it was opened in, has ended.</summary>
    internal bool IsDisposed => _disposed && (_outer is null || _outer.IsDisposed);

    public void Dispose()
    {
        if (_disposed)
            return;
        _disposed = true;
        _noGrad.Dispose();
        _mode.Dispose();
        _weights?.Dispose();
    }
}
