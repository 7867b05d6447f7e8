using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace GanKit;

/// <summary>Computes something else in a module's place, until it is disposed.</summary>
/// <remarks>
/// TorchSharp's hooks can change what goes into a module and what comes out, but they can't keep it from computing. So
/// the module is given no samples at all, or as little as it can do with, for which it needs some microseconds, and what
/// it makes of them is replaced.
/// </remarks>
internal sealed class Detour : IDisposable
{
    private readonly Func<Tensor, Tensor?> _compute;
    private readonly Func<Tensor, Tensor> _least;
    private readonly Action[] _unhook;
    private Tensor? _result;

    /// <summary>Begins.</summary>
    /// <param name="module">A module that takes and gives batches.</param>
    /// <param name="compute">From the module's input to its output; nothing leaves it to the module itself.</param>
    /// <param name="least">The least of the input that the module can do with; no samples if not given.</param>
    internal Detour(Module<Tensor, Tensor> module, Func<Tensor, Tensor?> compute, Func<Tensor, Tensor>? least = null)
    {
        (_compute, _least) = (compute, least ?? (input => input.narrow(0, 0, 0)));
        _unhook =
        [
            module.register_forward_pre_hook((_, input) => Enter(input)).remove,
            module.register_forward_hook((_, input, output) => Leave(input, output)).remove,
        ];
    }

    public void Dispose()
    {
        foreach (var unhook in _unhook)
            unhook();
    }

    private Tensor Enter(Tensor input)
    {
        _result = _compute(input);
        return _result is null ? input : _least(input);
    }

    private Tensor Leave(Tensor input, Tensor output)
    {
        if (_result is not { } result)
            return output;
        input.Dispose();
        output.Dispose();
        _result = null;
        return result;
    }
}
