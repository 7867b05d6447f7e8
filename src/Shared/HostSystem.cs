using System.Diagnostics.CodeAnalysis;
using System.Runtime.InteropServices;
using TorchSharp;

#if CHECKPOINTS
namespace GanKit.Checkpoints;
#else
namespace GanKit;
#endif

/// <summary>The facts of a machine and a program on which loading native libraries depends.</summary>
/// <param name="Platform">The kind of operating system.</param>
/// <param name="Architecture">The architecture of this process.</param>
/// <param name="Name">The system's name, for example <c>Debian GNU/Linux 12 (bookworm)</c>.</param>
/// <param name="Id">On Linux, the distribution's identifier, for example <c>debian</c>; else empty.</param>
/// <param name="Release">On Linux, the distribution's version, for example <c>12</c>; else empty.</param>
/// <param name="HasLibtorch">Whether libtorch's own files lie where the program looks for native libraries.</param>
/// <param name="HasSkia">Whether Skia's file does.</param>
internal sealed record HostSystem(
    OSPlatform Platform, Architecture Architecture, string Name, string Id, string Release, bool HasLibtorch, bool HasSkia)
{
    private const string OsRelease = "/etc/os-release";

    internal static HostSystem Current
    {
        get
        {
            var release = File.Exists(OsRelease) ? ParseOsRelease(File.ReadAllText(OsRelease)) : [];
            return new(
                CurrentPlatform,
                RuntimeInformation.ProcessArchitecture,
                release.GetValueOrDefault("PRETTY_NAME", RuntimeInformation.OSDescription),
                release.GetValueOrDefault("ID", ""),
                release.GetValueOrDefault("VERSION_ID", ""),
                HasFile("torch_cpu.dll", "libtorch_cpu.dylib", "libtorch_cpu.so"),
                HasFile("libSkiaSharp.dll", "libSkiaSharp.dylib", "libSkiaSharp.so"));
        }
    }

    private static OSPlatform CurrentPlatform =>
        OperatingSystem.IsWindows() ? OSPlatform.Windows
        : OperatingSystem.IsMacOS() ? OSPlatform.OSX
        : OSPlatform.Linux;

    /// <summary>Reads <c>NAME=value</c> lines, where values may be quoted.</summary>
    internal static Dictionary<string, string> ParseOsRelease(string text)
    {
        var fields = new Dictionary<string, string>();
        foreach (var line in text.Split('\n', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
        {
            var equals = line.IndexOf('=', StringComparison.Ordinal);
            if (equals > 0 && line[0] != '#')
                fields[line[..equals]] = line[(equals + 1)..].Trim('"', '\'');
        }

        return fields;
    }

    [UnconditionalSuppressMessage(
        "SingleFile", "IL3000", Justification = "Empty in a program of one file, whose folder is the BaseDirectory.")]
    private static bool HasFile(string onWindows, string onMac, string onLinux)
    {
        var file = OperatingSystem.IsWindows() ? onWindows : OperatingSystem.IsMacOS() ? onMac : onLinux;
        // The host tells the runtime the folders of native files, joined as a PATH is.
        var folders = AppContext.GetData("NATIVE_DLL_SEARCH_DIRECTORIES") as string ?? "";
        return folders.Split(Path.PathSeparator)
            .Append(AppContext.BaseDirectory)
            .Append(Path.GetDirectoryName(typeof(torch).Assembly.Location) ?? "")
            .Any(folder => folder.Length > 0 && File.Exists(Path.Combine(folder, file)));
    }
}
