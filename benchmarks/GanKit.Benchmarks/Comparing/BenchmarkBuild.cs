using System.Diagnostics;
using System.Runtime.InteropServices;

namespace GanKit.Benchmarks;

/// <summary>A build of this program, which may be another commit's.</summary>
internal sealed class BenchmarkBuild
{
    private const string Program = "GanKit.Benchmarks.dll";

    // The host that runs this process: <root>/shared/Microsoft.NETCore.App/<version>/ is where its runtime lies.
    private static readonly string Host = Path.GetFullPath(
        Path.Combine(RuntimeEnvironment.GetRuntimeDirectory(), "..", "..", "..", "dotnet"));

    private readonly string _folder;

    private BenchmarkBuild(string folder) => _folder = folder;

    internal static BenchmarkBuild This { get; } = new(AppContext.BaseDirectory);

    /// <summary>The library's version, and the commit where the build knows it.</summary>
    internal string Version =>
        FileVersionInfo.GetVersionInfo(Path.Combine(_folder, "GanKit.dll")).ProductVersion ?? "of unknown version";

    /// <summary>The build in a folder.</summary>
    /// <exception cref="IOException">There is no such folder, or no build in it.</exception>
    internal static BenchmarkBuild In(DirectoryInfo folder)
    {
        if (!folder.Exists)
            throw new DirectoryNotFoundException($"There is no folder '{folder}' with a build to compare with.");
        if (!File.Exists(Path.Combine(folder.FullName, Program)))
        {
            throw new FileNotFoundException($"There is no {Program} in '{folder}'. To build one there: "
                + $"dotnet build benchmarks/GanKit.Benchmarks -c Release -o {folder}");
        }

        return new(folder.FullName);
    }

    /// <summary>What starts it; the same way for all builds, so that their startup compares.</summary>
    internal IReadOnlyList<string> Command(params IEnumerable<string> arguments) =>
        [Host, Path.Combine(_folder, Program), .. arguments];
}
