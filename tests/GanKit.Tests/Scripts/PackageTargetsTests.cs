using System.Diagnostics;
using System.Text.RegularExpressions;
using System.Xml.Linq;

namespace GanKit.Tests.Scripts;

/// <summary>
/// src/GanKit/GanKit.targets, which is in the package: what a build says of native packages. MSBuild runs it on the items that NuGet
/// would hand it; eng/pack-smoke.sh, with packages.
/// </summary>
public sealed partial class PackageTargetsTests
{
    private static readonly string SkiaSharp = Repository.VersionOf("SkiaSharp");
    private static readonly string TorchSharp = Repository.VersionOf("TorchSharp");
    private static readonly string LibTorch = Repository.VersionOf("LibTorch");

    private static readonly XElement Skia = Native("SkiaSharp.NativeAssets.Linux.NoDependencies", SkiaSharp, "linux-x64", "libSkiaSharp.so");
    private static readonly XElement Torch = Native("libtorch-cpu-linux-x64", LibTorch, "linux-x64", "libtorch_cpu.so");

    /// <summary>Programs and libraries, and what is to be said of each: a code, and the cure in its text.</summary>
    private static readonly Dictionary<string, (XElement[] Items, (string Code, string Cure)? Said)> Cases = new()
    {
        ["right"] = ([.. Program("linux-x64"), Skia, Torch], null),
        ["right for all platforms"] = ([.. Program(""), .. AllPlatforms("2.88.6").Select(Portable)], null),
        ["newer Skia of the same milestone"] = (
            [.. Program("linux-x64"), Native("SkiaSharp.NativeAssets.Linux", Milestone(SkiaSharp) + ".7", "linux-x64", "libSkiaSharp.so"), Torch], null),
        ["Skia newer than SkiaSharp"] = (
            [.. Program("linux-x64"), Native("SkiaSharp.NativeAssets.Linux.NoDependencies", "4.956.1", "linux-x64", "libSkiaSharp.so"), Torch],
            ("error GANKIT001", $"dotnet add package SkiaSharp.NativeAssets.Linux.NoDependencies --version {SkiaSharp}")),
        ["Skia older than the application's SkiaSharp"] = (
            [.. Program("linux-x64", skiaSharp: "4.956.1"), Skia, Torch],
            ("error GANKIT001", "dotnet add package SkiaSharp.NativeAssets.Linux.NoDependencies --version 4.956.1")),
        ["both newer"] = (
            [.. Program("linux-x64", skiaSharp: "4.956.1"), Native("SkiaSharp.NativeAssets.Linux", "4.956.1", "linux-x64", "libSkiaSharp.so"), Torch], null),
        ["libtorch of another version"] = (
            [.. Program("linux-x64"), Skia, Native("libtorch-cpu-linux-x64", "2.99.0", "linux-x64", "libtorch_cpu.so")],
            ("error GANKIT002", $"dotnet add package libtorch-cpu-linux-x64 --version {LibTorch}")),
        ["libtorch for CUDA of another version, in a library"] = (
            [.. Library("linux-x64"), Native("libtorch-cuda-12.8-linux-x64-part1", "2.7.1", "linux-x64", "libtorch_cuda.so")],
            ("error GANKIT002", $"dotnet add package libtorch-cpu-linux-x64 --version {LibTorch}")),
        ["newer TorchSharp with its own libtorch"] = (
            [.. Program("linux-x64", torchSharp: "0.999.0"), Skia, Native("libtorch-cpu-linux-x64", "2.99.0", "linux-x64", "libtorch_cpu.so")],
            ("warning GANKIT003", $"TorchSharp-cuda-windows --version {TorchSharp}")),
        ["no Skia on Linux"] = ([.. Program("linux-x64"), Torch], ("warning GANKIT004", "<NoWarn>$(NoWarn);GANKIT004</NoWarn>")),
        ["no Skia for Linux among all platforms"] = (
            [.. Program(""), Portable(Torch), Portable(Native("SkiaSharp.NativeAssets.Win32", SkiaSharp, "win-x64", "libSkiaSharp.dll"))],
            ("warning GANKIT004", "<NoWarn>$(NoWarn);GANKIT004</NoWarn>")),
        ["no Skia in a library"] = ([.. Library("linux-x64")], null),
        ["no libtorch"] = (
            [.. Program("linux-x64"), Skia],
            ("warning GANKIT005", $"dotnet add package libtorch-cpu-linux-x64 --version {LibTorch} (or TorchSharp-cuda-linux, TorchSharp-cuda-windows --version {TorchSharp}")),
        ["libtorch of another platform alone"] = (
            [.. Program(""), Portable(Skia), Portable(Native("libtorch-cpu-win-x64", LibTorch, "win-x64", "torch_cpu.dll"))],
            ("warning GANKIT005", $"dotnet add package libtorch-cpu-linux-x64 --version {LibTorch} (or TorchSharp-cuda-linux, TorchSharp-cuda-windows --version {TorchSharp}")),
        ["no TorchSharp for the platform"] = (
            [.. Program("linux-musl-x64"), Native("SkiaSharp.NativeAssets.Linux.NoDependencies", SkiaSharp, "linux-musl-x64", "libSkiaSharp.so")],
            ("warning GANKIT005", "build with -r and one of them.")),
        ["Windows"] = ([.. Program("win-x64"), Native("libtorch-cpu-win-x64", LibTorch, "win-x64", "torch_cpu.dll")], null),
    };

    /// <summary>One run of MSBuild for all cases; it takes longer to start than to run.</summary>
    private static readonly Lazy<string> Output = new(() =>
    {
        using var folder = new TemporaryFolder();
        var targets = Path.Combine(Repository.Root, "src", "GanKit", "GanKit.targets");
        foreach (var (name, (items, _)) in Cases)
        {
            new XElement("Project",
                items.Where(item => item.Name == "PropertyGroup"),
                new XElement("Import", new XAttribute("Project", targets)),
                new XElement("Target", new XAttribute("Name", "ResolvePackageAssets"),
                    new XElement("ItemGroup", items.Where(item => item.Name != "PropertyGroup"))),
                new XElement("Target", new XAttribute("Name", "PrepareForILLink"),
                    new XElement("Message", new XAttribute("Importance", "high"), new XAttribute("Text", "kept: @(TrimmerRootAssembly)"))))
                .Save(folder.File($"{name}.proj"));
        }

        File.WriteAllText(folder.File("all.proj"), """
            <Project>
              <ItemGroup><Case Include="*.proj" Exclude="all.proj" /></ItemGroup>
              <Target Name="Build"><MSBuild Projects="@(Case)" Targets="ResolvePackageAssets;PrepareForILLink" ContinueOnError="true" /></Target>
            </Project>
            """);
        var start = new ProcessStartInfo("dotnet", ["msbuild", folder.File("all.proj"), "-nologo", "-v:m", "-nodeReuse:false"])
        {
            RedirectStandardOutput = true,
            WorkingDirectory = folder.Path,
        };
        start.Environment["DOTNET_CLI_UI_LANGUAGE"] = "en";
        using var build = Process.Start(start)!;
        var output = build.StandardOutput.ReadToEnd();
        build.WaitForExit();
        return output;
    });

    public static TheoryData<string> Names => [.. Cases.Keys];

    [Theory]
    [MemberData(nameof(Names))]
    public void Build_NativePackages_SaysWhatToAdd(string name)
    {
        var said = Said().Matches(Output.Value).Where(match => match.Groups["case"].Value == name)
            .Select(match => match.Groups["said"].Value).ToArray();

        if (Cases[name].Said is not (var code, var cure))
        {
            Assert.Empty(said);
            return;
        }

        Assert.StartsWith($"{code}: ", Assert.Single(said));
        Assert.Contains(cure, said[0], StringComparison.Ordinal);
    }

    [Fact]
    public void Publish_Trimmed_KeepsGanKitTorchSharpTheProgramAndItsProjects() =>
        Assert.Contains("kept: GanKit;TorchSharp;right;MyNetworks", Output.Value, StringComparison.Ordinal);

    [Fact]
    public void Versions_AreThoseOfDirectoryPackagesProps()
    {
        var targets = XDocument.Load(Path.Combine(Repository.Root, "src", "GanKit", "GanKit.targets"));
        Assert.Equal(TorchSharp, targets.Descendants("GanKitTorchSharpVersion").Single().Value);
        Assert.Equal(LibTorch, targets.Descendants("GanKitLibtorchVersion").Single().Value);
    }

    private static string Milestone(string version) => version[..version.LastIndexOf('.')];

    private static XElement[] Program(string runtime, string? torchSharp = null, string? skiaSharp = null) =>
        [new("PropertyGroup", new XElement("OutputType", "Exe")), .. Library(runtime, torchSharp, skiaSharp)];

    private static XElement[] Library(string runtime, string? torchSharp = null, string? skiaSharp = null) =>
    [
        new("PropertyGroup", new XElement("RuntimeIdentifier", runtime), new XElement("NETCoreSdkPortableRuntimeIdentifier", "linux-x64"),
            new XElement("AssemblyName", "$(MSBuildProjectName)")),
        Item("RuntimeCopyLocalItems", "SkiaSharp", skiaSharp ?? SkiaSharp, "lib/net10.0/SkiaSharp.dll"),
        Item("RuntimeCopyLocalItems", "TorchSharp", torchSharp ?? TorchSharp, "lib/net8.0/TorchSharp.dll"),
        Item("RuntimeCopyLocalItems", "Google.Protobuf", "3.21.9", "lib/net5.0/Google.Protobuf.dll"),
        Native("TorchSharp", torchSharp ?? TorchSharp, "linux-x64", "libLibTorchSharp.so"),
        new("ReferencePath", new XAttribute("Include", "/projects/MyNetworks.dll"), new XElement("ReferenceSourceTarget", "ProjectReference")),
        new("ReferencePath", new XAttribute("Include", "/packages/Google.Protobuf.dll"), new XElement("ReferenceSourceTarget", "ResolveAssemblyReference")),
    ];

    private static XElement[] AllPlatforms(string harfBuzz) =>
    [
        Skia, Torch,
        Native("SkiaSharp.NativeAssets.Win32", SkiaSharp, "win-x64", "libSkiaSharp.dll"),
        Native("libtorch-cpu-osx-arm64", LibTorch, "osx-arm64", "libtorch_cpu.dylib"),
        Native("HarfBuzzSharp.NativeAssets.Linux", harfBuzz, "linux-x64", "libHarfBuzzSharp.so"),
    ];

    private static XElement Native(string package, string version, string runtime, string file) =>
        Item("NativeCopyLocalItems", package, version, $"runtimes/{runtime}/native/{file}");

    /// <summary>The item of a build for no platform in particular.</summary>
    private static XElement Portable(XElement item) => new("RuntimeTargetsCopyLocalItems", item.Attributes(), item.Elements());

    private static XElement Item(string kind, string package, string version, string path) => new(
        kind,
        new XAttribute("Include", $"/packages/{package}/{version}/{path}"),
        new XElement("NuGetPackageId", package), new XElement("NuGetPackageVersion", version));

    [GeneratedRegex(@"GanKit\.targets\(\d+,\d+\): (?<said>\w+ GANKIT\d+: .*) \[.*[/\\](?<case>[^/\\]+)\.proj\]")]
    private static partial Regex Said();
}
