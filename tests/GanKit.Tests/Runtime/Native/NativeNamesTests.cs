using System.Runtime.InteropServices;

namespace GanKit.Tests.Runtime.Native;

/// <summary>The names that the library uses below TorchSharp: a new TorchSharp that lacks one fails here.</summary>
public class NativeNamesTests
{
    public static TheoryData<string> Functions =>
        [.. NativeNames.OfLibtorch.SelectMany(use => use.Functions).Select(function => function.Plain)];

    private static NativeFunction Function(string name) =>
        NativeNames.OfLibtorch.SelectMany(use => use.Functions).Single(function => function.Plain == name);

    [Theory, MemberData(nameof(Functions))]
    public void OfLibtorch_IsInTheLibtorchOfTheTests(string name)
    {
        Assert.Null(LoadedLibtorch.FindMissing([Function(name)]));
        if (!OperatingSystem.IsWindows())
            Assert.NotEqual(0, Assert.Single(LoadedLibtorch.Find([Function(name)])!));
    }

    [Fact]
    public void OfLibtorch_IsAllThere()
    {
        Assert.Equal(30, Functions.Count);
        Assert.NotNull(AutocastFunctions.OrNull);
        Assert.NotNull(ConvolutionBenchmark.OrNull);
        Assert.True(TensorScript.IsAvailable);
        Assert.StartsWith(BackendVersions.Current.Libtorch!, __version__, StringComparison.Ordinal); // by TorchSharp's private field
    }

    [Fact]
    public void OfTorchSharp_IsThere()
    {
        foreach (var name in new[] { NativeNames.GetGeneratorState, NativeNames.SetGeneratorState })
            Assert.NotEqual(0, RandomSource.OfTorchSharp(name));
    }

    [Fact]
    public void OfTheSystem_IsThere()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "Linux has them.");
        var libc = NativeLibrary.Load("libc.so.6");
        foreach (var name in new[] { NativeNames.SetMallocOption, NativeNames.TrimMalloc, NativeNames.Statx, NativeNames.Access, NativeNames.Chown })
            Assert.True(NativeLibrary.TryGetExport(libc, name, out _), name);
    }

    [Theory, MemberData(nameof(Functions))]
    public void FindMissing_OneIsNotThere_IsNamed(string name)
    {
        foreach (var (_, functions) in NativeNames.OfLibtorch)
        {
            Assert.Equal(functions.Contains(Function(name)) ? name : null, LoadedLibtorch.FindMissing(functions, function => function.Plain != name));
            Assert.Null(LoadedLibtorch.FindMissing(functions, _ => true));
        }
    }

    [Fact]
    public void Find_OneIsNotThere_IsNone()
    {
        foreach (var (_, functions) in NativeNames.OfLibtorch)
            Assert.Null(LoadedLibtorch.Find([.. functions, new("_ZN2at8autocast10clear_cashEv", "?clear_cash@autocast@at@@YAXXZ")]));
        Assert.Equal("clear_cash", LoadedLibtorch.FindMissing([new("_ZN2at8autocast10clear_cashEv", "?clear_cash@autocast@at@@YAXXZ")]));
    }

    [Fact]
    public void Explain_NamesTheFunctionAndThePackages()
    {
        var message = AutocastFunctions.Explain("set_autocast_enabled");
        Assert.Contains("'set_autocast_enabled'", message, StringComparison.Ordinal);
        Assert.Contains("TorchSharp-cpu", message, StringComparison.Ordinal);
    }

    /// <summary>
    /// The mangled names say what the functions are, so that a letter gone wrong is seen on every system.
    /// </summary>
    [Fact]
    public void OnBothKindsOfSystems_TheSameNamesAreMangled()
    {
        var functions = NativeNames.OfLibtorch.SelectMany(use => use.Functions).Where(function => function.Microsoft is not null).ToArray();
        Assert.Equal(13, functions.Length);
        Assert.All(functions, function =>
        {
            Assert.Equal(function.Plain, function.Microsoft![1..function.Microsoft!.IndexOf('@', StringComparison.Ordinal)]);
            Assert.StartsWith("_ZN", function.Itanium, StringComparison.Ordinal);
        });
    }

    [Fact]
    public void OnMac_NamesHaveAnotherOptional() => Assert.Equal(
        "_ZN2at4_ops11_fused_sgd_4callEN3c108ArrayRefINS_6TensorEEES5_S5_ddddbbbRKNSt3__18optionalIS4_EESA_",
        NativeFunction.OnMac(Function("_fused_sgd_").Itanium));

    /// <summary>What is reached below TorchSharp stands in one folder, and so in the one list.</summary>
    [Fact]
    public void Sources_OutsideTheFolderOfNativeNames_ReachBelowNothing()
    {
        var root = Path.Combine(Repository.Root, "src");
        string[] means = ["NativeLibrary.", "DllImport", "LibraryImport", "UnsafeAccessor", "BindingFlags.NonPublic", "GetExport(", "delegate* unmanaged", "\"_ZN"];
        var elsewhere =
            from file in Directory.EnumerateFiles(root, "*.cs", SearchOption.AllDirectories)
            let path = Path.GetRelativePath(root, file).Replace('\\', '/')
            where !path.Contains("/obj/", StringComparison.Ordinal) && !path.Contains("Runtime/Native/", StringComparison.Ordinal)
            let text = File.ReadAllText(file)
            where means.Any(mean => text.Contains(mean, StringComparison.Ordinal))
            select path;

        // What both packages have, by names of the list: a version, what Linux knows of files, and why the system does not load libtorch.
        // Descriptions read fields of parts, to compare two runs, and call nothing.
        Assert.Equal(
            ["GanKit/Contracts/Description.cs", "Shared/BackendVersions.cs", "Shared/FileFacts.cs", "Shared/NativeBackend.cs"], elsewhere.Order(StringComparer.Ordinal));
    }
}
