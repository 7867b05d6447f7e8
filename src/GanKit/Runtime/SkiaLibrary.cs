using SkiaSharp;

namespace GanKit;

/// <summary>Loads Skia, which reads and writes images, and explains itself where that fails.</summary>
internal static class SkiaLibrary
{
    private static volatile bool _loaded;

    /// <summary>
    /// Loads Skia through SkiaSharp, once; later calls cost nothing. What touches image files calls this first.
    /// </summary>
    /// <exception cref="NativeBackendException">It does not load; the message names the cause and the cure.</exception>
    internal static void EnsureLoaded()
    {
        if (_loaded)
            return;
        try
        {
            SkiaSharpVersion.CheckNativeLibraryCompatible(throwIfIncompatible: true);
        }
        catch (Exception exception) when (IsLoadFailure(exception))
        {
            throw new NativeBackendException(
                SkiaDiagnosis.Explain(exception.GetBaseException().Message, HostSystem.Current,
                    BackendVersions.VersionOf(typeof(SKImage).Assembly)), exception);
        }
        _loaded = true;
    }

    // InvalidOperationException: the native library is of another version than SkiaSharp.
    private static bool IsLoadFailure(Exception exception) => exception
        is TypeInitializationException
        or InvalidOperationException
        or DllNotFoundException
        or EntryPointNotFoundException
        or BadImageFormatException;
}
