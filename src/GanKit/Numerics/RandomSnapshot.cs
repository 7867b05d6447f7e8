using static TorchSharp.torch;

namespace GanKit;

/// <summary>Where the default random sources of the processor and of a GPU are, to be put back.</summary>
/// <remarks>
/// The tests have no GPU: they give it another source of the processor's, which goes through the same native functions. Where libtorch does
/// not export a GPU's source, that one is left as it is.
/// </remarks>
internal sealed class RandomSnapshot
{
    private readonly Tensor _processor;
    private readonly nint _source; // 0 where there is none
    private readonly Tensor? _other;

    /// <summary>Takes down the processor's source, and another one by its address.</summary>
    internal RandomSnapshot(nint source)
    {
        (_processor, _source) = (get_rng_state(), source);
        _other = source == 0 ? null : RandomSource.Read(source);
    }

    /// <summary>Those that a run on a device draws from, in the current dispose scope.</summary>
    internal static RandomSnapshot Of(Device device) => new(CudaRandom.SourceOf(device));

    /// <summary>Puts both back; as often as need be.</summary>
    internal void Restore()
    {
        RandomState.Restore(_processor);
        if (_other is not null)
            RandomSource.Write(_source, _other);
    }
}
