using System.Runtime.InteropServices;
using TorchSharp;

namespace GanKit;

/// <summary>
/// libtorch's switch <c>torch.backends.cudnn.benchmark</c>, which it exports and TorchSharp does not bind.
/// </summary>
/// <remarks>
/// Three functions of the header <c>ATen/Context.h</c>, found by their mangled names: <c>at::globalContext()</c>, and
/// the context's <c>benchmarkCuDNN() const</c> and <c>setBenchmarkCuDNN(bool)</c>, which take it as their first
/// argument.
/// </remarks>
internal sealed unsafe class ConvolutionBenchmark
{
    private static readonly Lazy<ConvolutionBenchmark?> Loaded = new(Load);

    private readonly delegate* unmanaged[Cdecl]<nint> _context;
    private readonly delegate* unmanaged[Cdecl]<nint, byte> _get;
    private readonly delegate* unmanaged[Cdecl]<nint, byte, void> _set;

    private ConvolutionBenchmark(nint context, nint get, nint set)
    {
        _context = (delegate* unmanaged[Cdecl]<nint>)context;
        _get = (delegate* unmanaged[Cdecl]<nint, byte>)get;
        _set = (delegate* unmanaged[Cdecl]<nint, byte, void>)set;
    }

    /// <summary>The switch, or null where libtorch does not have it.</summary>
    internal static ConvolutionBenchmark? OrNull => Loaded.Value;

    internal bool IsOn
    {
        get => _get(_context()) != 0;
        set => _set(_context(), value ? (byte)1 : (byte)0);
    }

    /// <summary>Looks the functions up.</summary>
    /// <param name="find">From a mangled name to a function, or to zero.</param>
    /// <param name="windows">Whether names are Microsoft's.</param>
    internal static ConvolutionBenchmark? Find(Func<string, nint> find, bool windows)
    {
        var context = find(windows ? "?globalContext@at@@YAAEAVContext@1@XZ" : "_ZN2at13globalContextEv");
        var get = find(windows ? "?benchmarkCuDNN@Context@at@@QEBA_NXZ" : "_ZNK2at7Context14benchmarkCuDNNEv");
        var set = find(windows ? "?setBenchmarkCuDNN@Context@at@@QEAAX_N@Z" : "_ZN2at7Context17setBenchmarkCuDNNEb");
        return context == 0 || get == 0 || set == 0 ? null : new(context, get, set);
    }

    private static ConvolutionBenchmark? Load()
    {
        NativeBackend.EnsureLoaded();
        var file = OperatingSystem.IsWindows() ? "torch_cpu.dll" : OperatingSystem.IsMacOS() ? "libtorch_cpu.dylib"
            : "libtorch_cpu.so";
        return NativeLibrary.TryLoad(
            LoadedLibrary.FindPath(file) ?? file, typeof(torch).Assembly, searchPath: null, out var library)
            ? Find(name =>
                NativeLibrary.TryGetExport(library, name, out var address) ? address : 0, OperatingSystem.IsWindows())
            : null;
    }
}
