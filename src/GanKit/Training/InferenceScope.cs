using static TorchSharp.torch;

namespace GanKit;

/// <summary>
/// Averaged weights, evaluation mode and no gradients for a network; weights and the mode of each of its modules are put
/// back when disposed.
/// </summary>
internal sealed class InferenceScope : IDisposable
{
    private readonly (nn.Module Module, bool Training)[] _modes;
    private readonly IDisposable? _weights;
    private readonly IDisposable _noGrad;
    private readonly InferenceScope? _outer;
    private bool _disposed;

    internal InferenceScope(nn.Module network, MovingAverage? average, InferenceScope? outer)
    {
        _outer = outer is { IsDisposed: false } ? outer : null;
        // Parents come before their children, and setting a parent's mode sets its children's.
        _modes = [.. network.named_modules().Select(named => (named.module, named.module.training)).Prepend((network, network.training))];
        _weights = average?.Apply();
        network.eval();
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
        foreach (var (module, training) in _modes)
            module.train(training);
        _weights?.Dispose();
    }
}
