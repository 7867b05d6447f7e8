using static TorchSharp.torch;

namespace GanKit;

/// <summary>
/// Turns gradients off on the thread that makes this, until it is disposed there. Unlike TorchSharp's <c>no_grad</c>, several
/// may end in any order: gradients come back with the last.
/// </summary>
internal sealed class NoGradients
{
    [ThreadStatic]
    private static List<NoGradients>? _open; // on this thread, the first first

    private readonly int _thread = Environment.CurrentManagedThreadId;
    private bool _former = is_grad_enabled();

    internal NoGradients()
    {
        _ = set_grad_enabled(false);
        (_open ??= []).Add(this);
    }

    /// <summary>Turns them on again, if they were on and no other keeps them off.</summary>
    /// <returns>False on another thread, where nothing can be done.</returns>
    internal bool TryEnd()
    {
        if (_thread != Environment.CurrentManagedThreadId)
            return false;
        var index = _open!.IndexOf(this);
        _open.RemoveAt(index);
        if (index < _open.Count)
            _open[index]._former = _former;
        else
            _ = set_grad_enabled(_former);
        return true;
    }
}
