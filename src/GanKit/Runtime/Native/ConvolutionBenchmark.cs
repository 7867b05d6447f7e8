namespace GanKit;

/// <summary>
/// libtorch's switch <c>torch.backends.cudnn.benchmark</c>, which it exports and TorchSharp does not bind.
/// </summary>
internal sealed unsafe class ConvolutionBenchmark
{
    private static readonly Lazy<ConvolutionBenchmark?> Loaded = new(Load);

    private readonly delegate* unmanaged[Cdecl]<nint> _context;
    private readonly delegate* unmanaged[Cdecl]<nint, byte> _get;
    private readonly delegate* unmanaged[Cdecl]<nint, byte, void> _set;

    private ConvolutionBenchmark(nint[] addresses)
    {
        _context = (delegate* unmanaged[Cdecl]<nint>)addresses[0];
        _get = (delegate* unmanaged[Cdecl]<nint, byte>)addresses[1];
        _set = (delegate* unmanaged[Cdecl]<nint, byte, void>)addresses[2];
    }

    /// <summary>The switch, or null where libtorch does not have it.</summary>
    internal static ConvolutionBenchmark? OrNull => Loaded.Value;

    internal bool IsOn
    {
        get => _get(_context()) != 0;
        set => _set(_context(), value ? (byte)1 : (byte)0);
    }

    private static ConvolutionBenchmark? Load() =>
        LoadedLibtorch.Find(NativeNames.ConvolutionBenchmark) is { } addresses ? new(addresses) : null;
}
