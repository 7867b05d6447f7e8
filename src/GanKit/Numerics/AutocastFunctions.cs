using System.Runtime.InteropServices;
using TorchSharp;
using static TorchSharp.torch;

namespace GanKit;

/// <summary>The functions of <c>at::autocast</c>, which libtorch exports and TorchSharp does not bind.</summary>
/// <remarks>
/// They are C++ functions of the header <c>ATen/autocast_mode.h</c>, found by their mangled names. Linux and macOS
/// mangle by the Itanium C++ ABI: <c>_ZN</c>, each part of the name after its length, <c>E</c>, then the parameters,
/// where <c>v</c> is none, <c>b</c> bool, <c>N3c1010DeviceTypeE</c> is <c>c10::DeviceType</c> and <c>S1_</c> stands for
/// the <c>c10</c> that was spelt before. (macOS puts one more underscore in the file, which its loader adds by itself.)
/// Windows mangles by Microsoft's rules: <c>?</c>, the name from the inside out, <c>@@YA</c> for a free function, the
/// result and the parameters, where <c>X</c> is void, <c>_N</c> bool, <c>H</c> int and <c>W4DeviceType@c10@@</c> is the
/// enum; a digit stands for a name that was spelt before. All were compared with the tables of exports of libtorch 2.10
/// for the three systems (<c>nm -D</c>, <c>objdump -p</c>, <c>llvm-objdump --exports-trie</c>). Both enums are one
/// signed byte, as in <c>c10/core</c>.
/// </remarks>
internal sealed unsafe class AutocastFunctions
{
    private static readonly Lazy<(AutocastFunctions? Functions, string? Missing)> Loaded = new(Load);

    private readonly delegate* unmanaged[Cdecl]<sbyte, byte> _isEnabled;
    private readonly delegate* unmanaged[Cdecl]<sbyte, byte, void> _setEnabled;
    private readonly delegate* unmanaged[Cdecl]<sbyte, sbyte> _getDtype;
    private readonly delegate* unmanaged[Cdecl]<sbyte, sbyte, void> _setDtype;
    private readonly delegate* unmanaged[Cdecl]<int> _increment;
    private readonly delegate* unmanaged[Cdecl]<int> _decrement;
    private readonly delegate* unmanaged[Cdecl]<byte> _isCaching;
    private readonly delegate* unmanaged[Cdecl]<byte, void> _setCaching;
    private readonly delegate* unmanaged[Cdecl]<void> _clearCache;

    /// <summary>Looks the functions up.</summary>
    /// <param name="find">From a mangled name to a function.</param>
    /// <param name="windows">Whether names are Microsoft's.</param>
    /// <exception cref="EntryPointNotFoundException">One is not there.</exception>
    internal AutocastFunctions(Func<string, nint> find, bool windows)
    {
        _isEnabled = (delegate* unmanaged[Cdecl]<sbyte, byte>)Find(
            "_ZN2at8autocast19is_autocast_enabledEN3c1010DeviceTypeE",
            "?is_autocast_enabled@autocast@at@@YA_NW4DeviceType@c10@@@Z");
        _setEnabled = (delegate* unmanaged[Cdecl]<sbyte, byte, void>)Find(
            "_ZN2at8autocast20set_autocast_enabledEN3c1010DeviceTypeEb",
            "?set_autocast_enabled@autocast@at@@YAXW4DeviceType@c10@@_N@Z");
        _getDtype = (delegate* unmanaged[Cdecl]<sbyte, sbyte>)Find(
            "_ZN2at8autocast18get_autocast_dtypeEN3c1010DeviceTypeE",
            "?get_autocast_dtype@autocast@at@@YA?AW4ScalarType@c10@@W4DeviceType@4@@Z");
        _setDtype = (delegate* unmanaged[Cdecl]<sbyte, sbyte, void>)Find(
            "_ZN2at8autocast18set_autocast_dtypeEN3c1010DeviceTypeENS1_10ScalarTypeE",
            "?set_autocast_dtype@autocast@at@@YAXW4DeviceType@c10@@W4ScalarType@4@@Z");
        _increment = (delegate* unmanaged[Cdecl]<int>)Find(
            "_ZN2at8autocast17increment_nestingEv", "?increment_nesting@autocast@at@@YAHXZ");
        _decrement = (delegate* unmanaged[Cdecl]<int>)Find(
            "_ZN2at8autocast17decrement_nestingEv", "?decrement_nesting@autocast@at@@YAHXZ");
        _isCaching = (delegate* unmanaged[Cdecl]<byte>)Find(
            "_ZN2at8autocast25is_autocast_cache_enabledEv", "?is_autocast_cache_enabled@autocast@at@@YA_NXZ");
        _setCaching = (delegate* unmanaged[Cdecl]<byte, void>)Find(
            "_ZN2at8autocast26set_autocast_cache_enabledEb", "?set_autocast_cache_enabled@autocast@at@@YAX_N@Z");
        _clearCache = (delegate* unmanaged[Cdecl]<void>)Find(
            "_ZN2at8autocast11clear_cacheEv", "?clear_cache@autocast@at@@YAXXZ");

        nint Find(string itanium, string microsoft) => find(windows ? microsoft : itanium);
    }

    /// <summary>The functions, or <see langword="null"/> where libtorch does not have them all.</summary>
    internal static AutocastFunctions? OrNull => Loaded.Value.Functions;

    internal bool IsCaching => _isCaching() != 0;

    /// <summary>The functions.</summary>
    /// <exception cref="PlatformNotSupportedException">libtorch does not have them all.</exception>
    internal static AutocastFunctions Require() => OrNull ?? throw new PlatformNotSupportedException(Loaded.Value.Missing);

    /// <summary>What is said where something is missing.</summary>
    internal static string Explain(string missing) =>
        $"Computing in lower precision takes libtorch's own functions for it, but {missing}. Use Precision.Float32, or "
        + $"the libtorch that this TorchSharp was made for: {BackendVersions.Packages} it.";

    internal bool IsEnabled(DeviceType device) => _isEnabled((sbyte)device) != 0;

    internal void Enable(DeviceType device, bool enabled) => _setEnabled((sbyte)device, enabled ? (byte)1 : (byte)0);

    internal ScalarType Dtype(DeviceType device) => (ScalarType)_getDtype((sbyte)device);

    internal void SetDtype(DeviceType device, ScalarType dtype) => _setDtype((sbyte)device, (sbyte)dtype);

    internal void SetCaching(bool enabled) => _setCaching(enabled ? (byte)1 : (byte)0);

    /// <summary>One scope deeper.</summary>
    internal void Enter() => _ = _increment();

    /// <summary>One scope up.</summary>
    /// <returns>How many are left around.</returns>
    internal int Leave() => _decrement();

    internal void ClearCache() => _clearCache();

    private static (AutocastFunctions? Functions, string? Missing) Load()
    {
        NativeBackend.EnsureLoaded();
        var file = OperatingSystem.IsWindows() ? "torch_cpu.dll" : OperatingSystem.IsMacOS() ? "libtorch_cpu.dylib"
            : "libtorch_cpu.so";
        try
        {
            var library = NativeLibrary.Load(
                LoadedLibrary.FindPath(file) ?? file, typeof(torch).Assembly, searchPath: null);
            return (new AutocastFunctions(Export, OperatingSystem.IsWindows()), null);

            nint Export(string name) => NativeLibrary.TryGetExport(library, name, out var address)
                ? address
                : throw new EntryPointNotFoundException($"{file} does not export '{name}'");
        }
        catch (Exception exception) when (
            exception is EntryPointNotFoundException or DllNotFoundException or BadImageFormatException)
        {
            return (null, Explain(exception.Message));
        }
    }
}
