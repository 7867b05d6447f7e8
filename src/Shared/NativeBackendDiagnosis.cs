using System.Runtime.InteropServices;
using System.Text.RegularExpressions;

#if CHECKPOINTS
namespace GanKit.Checkpoints;
#else
namespace GanKit;
#endif

/// <summary>Turns the message of a system's loader into the cause and the cure.</summary>
internal static partial class NativeBackendDiagnosis
{
    private const string Prologue = "libtorch, the native library that TorchSharp computes with, could not be loaded: ";

    /// <summary>The message for a user whose libtorch does not load.</summary>
    /// <param name="loaderMessage">The system loader's message on <c>LibTorchSharp</c>.</param>
    /// <param name="host">The machine and the program.</param>
    /// <param name="versions">The versions that this TorchSharp asks for.</param>
    internal static string Explain(string loaderMessage, HostSystem host, BackendVersions versions)
    {
        var cause = UnsupportedPlatform(host)
            ?? OldLibrary(loaderMessage, host)
            ?? NoBackendPackage(host, versions)
            ?? Mismatch(loaderMessage, host, versions)
            ?? MissingSystemLibrary(loaderMessage, host)
            ?? "the cause is none that GanKit knows.";
        return $"{Prologue}{cause}{Environment.NewLine}The system's loader said: {Shorten(loaderMessage)}";
    }

    private static string? UnsupportedPlatform(HostSystem host)
    {
        string[] supported = ["linux-x64", "win-x64", "win-arm64", "osx-arm64"];
        var system = host.Platform == OSPlatform.Windows ? "win" : host.Platform == OSPlatform.OSX ? "osx" : "linux";
        var given = $"{system}-{host.Architecture.ToString().ToLowerInvariant()}";
        return supported.Contains(given)
            ? null
            : $"this process runs on {given}, and TorchSharp has native libraries for {string.Join(", ", supported)} only.";
    }

    /// <summary>The cause and the cure where a system library is older than a native library asks; else null.</summary>
    internal static string? OldLibrary(string loaderMessage, HostSystem host)
    {
        var match = MissingSymbolVersion.Match(loaderMessage);
        if (!match.Success)
            return null;
        var version = match.Groups["version"].Value;
        var library = match.Groups["library"].Value is { Length: > 0 } named ? named : "libstdc++.so.6";
        var old = version.StartsWith("GLIBC_", StringComparison.Ordinal) ? "the C library" : "the C++ library";
        return $"{old} of {host.Name} is too old; {library} lacks {version}. {NewerLibrary(host)}";
    }

    private static string NewerLibrary(HostSystem host) => host.Id switch
    {
        "debian" => "Debian 13's has it: upgrade, or install its packages libstdc++6 and libc6 on Debian 12 "
            + "(in GanKit's repository, eng/prerequisites.sh does so).",
        "ubuntu" => "Ubuntu 24.04's has it: upgrade, or install libstdc++6 from the archive ppa:ubuntu-toolchain-r/test.",
        _ => "It comes with GCC 13 and later: install a newer libstdc++, or put a folder that holds a newer "
            + "libstdc++.so.6 into LD_LIBRARY_PATH.",
    };

    private static string ProcessorPackage(HostSystem host) => host.Platform == OSPlatform.Windows
        ? $"libtorch-cpu-win-{host.Architecture.ToString().ToLowerInvariant()}"
        : host.Platform == OSPlatform.OSX ? "libtorch-cpu-osx-arm64" : "libtorch-cpu-linux-x64";

    private static string? NoBackendPackage(HostSystem host, BackendVersions versions)
    {
        if (host.HasLibtorch)
            return null;
        var cpu = ProcessorPackage(host);
        var cuda = host.Platform == OSPlatform.Windows ? ", or TorchSharp-cuda-windows for NVIDIA GPUs"
            : host.Platform == OSPlatform.Linux ? ", or TorchSharp-cuda-linux for NVIDIA GPUs"
            : "";
        return "no backend is there. GanKit leaves the choice to the application: add one package to its project, in the "
            + $"version that TorchSharp {versions.TorchSharp} asks for: {cpu} (this platform alone), TorchSharp-cpu (all "
            + $"platforms, a far larger download){cuda}. For example: {versions.Command(cpu)}";
    }

    /// <summary>A libtorch is there, and lacks something that TorchSharp's own native library asks of it.</summary>
    private static string? Mismatch(string loaderMessage, HostSystem host, BackendVersions versions)
    {
        if (!MissingSymbol.IsMatch(loaderMessage))
            return null;
        var cause = "a function that TorchSharp's native library imports is not in the libtorch beside it, which is of another "
            + $"version than TorchSharp {versions.TorchSharp} was made for: {versions.Command(ProcessorPackage(host))}";
        return host.Platform != OSPlatform.Windows ? cause
            : $"{cause} If it is of that version: TorchSharp 0.107 with libtorch 2.10 is reported to fail so on Windows, and the "
                + "report is open: https://github.com/dotnet/TorchSharp/issues/1567. See there for a newer TorchSharp; until "
                + "then, Linux works, also in the Windows Subsystem for Linux.";
    }

    private static string? MissingSystemLibrary(string loaderMessage, HostSystem host)
    {
        if (host.Platform == OSPlatform.Windows)
            return loaderMessage.Contains("0x8007007E", StringComparison.OrdinalIgnoreCase)
                ? "a library that libtorch needs is missing, most often the Visual C++ runtime. Install the Microsoft "
                    + "Visual C++ "
                    + "Redistributable (2015 to 2022)."
                : null;
        var missing = MissingLibrary(loaderMessage);
        return missing is null ? null
            : $"the system lacks {missing}. Install the package that holds it with {host.Name}'s package manager.";
    }

    /// <summary>
    /// The shared object that a native library asks for in vain; null where none is named. The candidates for the
    /// native library's own name are tried in turn, and most of them are rightly not there.
    /// </summary>
    internal static string? MissingLibrary(string loaderMessage) =>
        MissingSharedObject.Matches(loaderMessage)
            .Select(match => match.Groups["library"].Value)
            .FirstOrDefault(library => !IsCandidate(library));

    /// <summary>Drops the candidates that merely were not there, and the runtime's advice on how to search.</summary>
    internal static string Shorten(string loaderMessage)
    {
        var lines = loaderMessage
            .Split('\n', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
        var telling = lines
            .Where(line => MissingSymbolVersion.IsMatch(line)
                || MissingSymbol.IsMatch(line)
                || MissingSharedObject.Match(line) is { Success: true } match && !IsCandidate(
                    match.Groups["library"].Value))
            .Distinct()
            .ToArray();
        return string.Join(Environment.NewLine, telling.Length > 0 ? telling : lines);
    }

    private static bool IsCandidate(string library) =>
        library.Contains("LibTorchSharp", StringComparison.Ordinal) || library.Contains(
            "libSkiaSharp", StringComparison.Ordinal);

    // /lib/x86_64-linux-gnu/libstdc++.so.6: version `GLIBCXX_3.4.32' not found (required by ...)
    [GeneratedRegex(@"(?:(?<library>[^\s:]+): )?version [`'](?<version>(?:GLIBCXX|CXXABI|GLIBC)_[0-9.]+)' not found")]
    private static partial Regex MissingSymbolVersion { get; }

    // libLibTorchSharp.so: undefined symbol: _ZN..., dlopen: Symbol not found: __ZN..., The specified procedure could not be found.
    [GeneratedRegex("undefined symbol|Symbol not found|0x8007007F", RegexOptions.IgnoreCase)]
    private static partial Regex MissingSymbol { get; }

    // libtorch.so: cannot open shared object file: No such file or directory
    [GeneratedRegex(@"(?<library>[^\s:]+): cannot open shared object file")]
    private static partial Regex MissingSharedObject { get; }
}
