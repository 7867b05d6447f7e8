using static TorchSharp.torch;

namespace GanKit;

/// <summary>Where the default random sources of the processor and of a GPU are, to be put back.</summary>
/// <remarks>
/// The tests have no GPU: they give it another source of the processor's, which goes through the same native functions. Where libtorch does
/// not export a GPU's source, that one is left as it is.
/// </remarks>
internal sealed class RandomSnapshot : IDisposable
{
    private readonly Tensor _processor;
    private readonly nint _source; // 0 where there is none
    private readonly Tensor? _other;

    /// <summary>Takes down the processor's source, and another one by its address.</summary>
    internal RandomSnapshot(nint source)
    {
        // A part of a user's may hold a scope of its own open while a batch is read.
        (_processor, _source) = (get_rng_state().DetachFromDisposeScope(), source);
        _other = source == 0 ? null : RandomSource.Read(source).DetachFromDisposeScope();
    }

    /// <summary>Those that a run on a device draws from.</summary>
    internal static RandomSnapshot Of(Device device) => new(CudaRandom.SourceOf(device));

    /// <summary>Puts both back; as often as need be.</summary>
    internal void Restore()
    {
        RandomState.Restore(_processor);
        if (_other is not null)
            RandomSource.Write(_source, _other);
    }

    public void Dispose()
    {
        _processor.Dispose();
        _other?.Dispose();
    }
}
