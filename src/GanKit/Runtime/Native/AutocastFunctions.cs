using TorchSharp;
using static TorchSharp.torch;

namespace GanKit;

/// <summary>The functions of <c>at::autocast</c>, which libtorch exports and TorchSharp does not bind.</summary>
internal sealed unsafe class AutocastFunctions
{
    private static readonly Lazy<AutocastFunctions?> Loaded = new(Load);

    private readonly delegate* unmanaged[Cdecl]<sbyte, byte> _isEnabled;
    private readonly delegate* unmanaged[Cdecl]<sbyte, byte, void> _setEnabled;
    private readonly delegate* unmanaged[Cdecl]<sbyte, sbyte> _getDtype;
    private readonly delegate* unmanaged[Cdecl]<sbyte, sbyte, void> _setDtype;
    private readonly delegate* unmanaged[Cdecl]<int> _increment;
    private readonly delegate* unmanaged[Cdecl]<int> _decrement;
    private readonly delegate* unmanaged[Cdecl]<byte> _isCaching;
    private readonly delegate* unmanaged[Cdecl]<byte, void> _setCaching;
    private readonly delegate* unmanaged[Cdecl]<void> _clearCache;

    private AutocastFunctions(nint[] addresses)
    {
        _isEnabled = (delegate* unmanaged[Cdecl]<sbyte, byte>)addresses[0];
        _setEnabled = (delegate* unmanaged[Cdecl]<sbyte, byte, void>)addresses[1];
        _getDtype = (delegate* unmanaged[Cdecl]<sbyte, sbyte>)addresses[2];
        _setDtype = (delegate* unmanaged[Cdecl]<sbyte, sbyte, void>)addresses[3];
        _increment = (delegate* unmanaged[Cdecl]<int>)addresses[4];
        _decrement = (delegate* unmanaged[Cdecl]<int>)addresses[5];
        _isCaching = (delegate* unmanaged[Cdecl]<byte>)addresses[6];
        _setCaching = (delegate* unmanaged[Cdecl]<byte, void>)addresses[7];
        _clearCache = (delegate* unmanaged[Cdecl]<void>)addresses[8];
    }

    /// <summary>The functions, or <see langword="null"/> where libtorch does not have them all.</summary>
    internal static AutocastFunctions? OrNull => Loaded.Value;

    internal bool IsCaching => _isCaching() != 0;

    /// <summary>The functions.</summary>
    /// <exception cref="PlatformNotSupportedException">libtorch does not have them all.</exception>
    internal static AutocastFunctions Require() => OrNull ?? throw new PlatformNotSupportedException(
        Explain(LoadedLibtorch.FindMissing(NativeNames.Autocast) ?? "nothing"));

    /// <summary>The message where a function is missing.</summary>
    internal static string Explain(string missing) =>
        $"Computing in lower precision takes libtorch's own functions for it, but it does not export '{missing}'. Use Precision.Float32, or "
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

    private static AutocastFunctions? Load() =>
        LoadedLibtorch.Find(NativeNames.Autocast) is { } addresses ? new(addresses) : null;
}
