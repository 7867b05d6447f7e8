using System.Reflection;
using TorchSharp;

#if CHECKPOINTS
namespace GanKit.Checkpoints;
#else
namespace GanKit;
#endif

/// <summary>The versions that packages with libtorch have to be of, for the commands in messages.</summary>
/// <param name="TorchSharp">TorchSharp's own, which <c>TorchSharp-cpu</c> and its kin have too.</param>
/// <param name="Libtorch">That of <c>libtorch-cpu-linux-x64</c> and its kin; null where this TorchSharp does not tell.</param>
internal sealed record BackendVersions(string TorchSharp, string? Libtorch)
{
    /// <summary>Of the TorchSharp that runs here. It loads nothing.</summary>
    internal static BackendVersions Current => new(VersionOf(typeof(torch).Assembly), OfLibtorch());

    /// <summary>The packages with the libtorch of this TorchSharp, for messages.</summary>
    internal static string Packages =>
        $"the packages TorchSharp-cpu, TorchSharp-cuda-linux and TorchSharp-cuda-windows, version {Current.TorchSharp}, bring";

    /// <summary>The command that adds libtorch for the processor of one platform.</summary>
    /// <param name="package">The platform's package.</param>
    internal string Command(string package) => Libtorch is null
        ? $"dotnet add package TorchSharp-cpu --version {TorchSharp}"
        : $"dotnet add package {package} --version {Libtorch}";

    /// <summary>The version of a package, by that of its assembly.</summary>
    internal static string VersionOf(Assembly assembly) =>
        assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion.Split('+')[0]
        ?? assembly.GetName().Version?.ToString()
        ?? "unknown";

    // torch.__version__ would load libtorch, and fail where that fails; the constant behind it does not.
    private static string? OfLibtorch() =>
        typeof(torch).GetField(NativeNames.LibtorchVersionField, BindingFlags.NonPublic | BindingFlags.Static)?.GetRawConstantValue()
            is string text && Version.TryParse(text, out var version)
            ? version.ToString(version.Revision > 0 ? 4 : 3)
            : null;
}
