using System.Runtime.InteropServices;
using SkiaSharp;

namespace GanKit;

/// <summary>Loads Skia, which reads and writes images, and explains a failure.</summary>
internal static class SkiaLibrary
{
    private static volatile bool _loaded;

    /// <summary>
    /// Loads Skia through SkiaSharp, once; later calls cost nothing. Methods that read or write image files call this first.
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

/// <summary>Turns the message of a system's loader on Skia into the cause and the cure.</summary>
internal static class SkiaDiagnosis
{
    private const string Prologue = "Skia, the native library that reads and writes images, could not be loaded: ";

    /// <summary>The message for a user whose Skia does not load.</summary>
    /// <param name="loaderMessage">The message of the system's loader, or of SkiaSharp.</param>
    /// <param name="host">The machine and the program.</param>
    /// <param name="version">SkiaSharp's version, which its native package has to have too.</param>
    internal static string Explain(string loaderMessage, HostSystem host, string version)
    {
        var package = Package(host.Platform);
        var cure = $"add the package {package} to the application's project, in SkiaSharp's version. "
            + $"For example: dotnet add package {package} --version {version}";
        var cause = NativeBackendDiagnosis.OldLibrary(loaderMessage, host) ?? Incompatible(loaderMessage, cure);
        // Where the file is not there, all that the loader has to say is where it looked.
        if (cause is null && !host.HasSkia)
            return $"{Prologue}{Absent(host.Platform)}; {cure}";

        cause ??= MissingSystemLibrary(loaderMessage, host, package) ?? "the cause is none that GanKit knows.";
        return $"{Prologue}{cause}{Environment.NewLine}The system's loader said: "
            + $"{NativeBackendDiagnosis.Shorten(loaderMessage)}";
    }

    private static string Package(OSPlatform platform) =>
        platform == OSPlatform.Windows ? "SkiaSharp.NativeAssets.Win32"
        : platform == OSPlatform.OSX ? "SkiaSharp.NativeAssets.macOS"
        : "SkiaSharp.NativeAssets.Linux.NoDependencies";

    private static string? Incompatible(string loaderMessage, string cure) =>
        loaderMessage.Contains("incompatible", StringComparison.Ordinal)
            ? $"the native library is of another version than SkiaSharp; {cure}"
            : null;

    private static string Absent(OSPlatform platform) => platform == OSPlatform.Linux
        ? "SkiaSharp brings it for Windows and macOS, and leaves the choice on Linux to the application"
        : "it is not beside the program";

    private static string? MissingSystemLibrary(string loaderMessage, HostSystem host, string package) =>
        NativeBackendDiagnosis.MissingLibrary(loaderMessage) is { } missing
            ? $"the system lacks {missing}. Install the package that holds it with {host.Name}'s package manager"
                + (host.Platform == OSPlatform.Linux ? $", or take {package}, which needs none." : ".")
            : null;
}
