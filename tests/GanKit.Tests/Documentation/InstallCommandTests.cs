using System.Text.RegularExpressions;

namespace GanKit.Tests.Documentation;

/// <summary>
/// A native package has to be of the version that its managed half asks for, and a command without a version takes the newest.
/// </summary>
public partial class InstallCommandTests
{
    [Theory]
    [MemberData(nameof(GuideTests.Documents), MemberType = typeof(GuideTests))]
    public void Document_Commands_NameTheVersionsThatGoTogether(string document)
    {
        var text = File.ReadAllText(Path.Combine(Repository.Root, document));

        Assert.All(Command().Matches(text), match => Assert.Equal(
            (match.Groups["package"].Value, VersionFor(match.Groups["package"].Value)),
            (match.Groups["package"].Value, match.Groups["version"].Value)));
    }

    [Fact]
    public void Readme_NamesABackendAndSkia()
    {
        var packages = Command().Matches(File.ReadAllText(Path.Combine(Repository.Root, "README.md")))
            .Select(match => match.Groups["package"].Value);

        Assert.Superset(
            new HashSet<string> { "libtorch-cpu-linux-x64", "SkiaSharp.NativeAssets.Linux.NoDependencies" }, packages.ToHashSet());
    }

    private static string VersionFor(string package) => Repository.VersionOf(
        package.StartsWith("libtorch", StringComparison.Ordinal) ? "LibTorch"
        : package.StartsWith("SkiaSharp", StringComparison.Ordinal) ? "SkiaSharp"
        : "TorchSharp");

    // Also where the version is left out, or stands after another package's name: `TorchSharp-cuda-linux --version 0.107.0`.
    [GeneratedRegex(@"(dotnet add package (?<package>(libtorch|TorchSharp|SkiaSharp)\S*)|(?<package>(libtorch|TorchSharp|SkiaSharp)[\w.-]*)(?=`? --version))`?( --version (?<version>[\d.]+\d))?")]
    private static partial Regex Command();
}
