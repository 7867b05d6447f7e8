using System.Runtime.InteropServices;

namespace GanKit.Tests.Runtime;

/// <summary>The loader's texts below are captured ones, shortened by nothing but candidates of the same kind.</summary>
public class NativeBackendDiagnosisTests
{
    private const string Advice =
        "Unable to load shared library 'LibTorchSharp' or one of its dependencies. In order to help diagnose loading "
        + "problems, consider using a tool like strace. If you're using glibc, consider setting the LD_DEBUG environment "
        + "variable: \n/app/LibTorchSharp.so: cannot open shared object file: No such file or directory\n";

    private const string OldLibstdcxx = Advice
        + "/lib/x86_64-linux-gnu/libstdc++.so.6: version `GLIBCXX_3.4.32' not found (required by "
        + "/app/libLibTorchSharp.so)\n"
        + "/app/LibTorchSharp: cannot open shared object file: No such file or directory\n";

    private const string NoLibtorch = Advice
        + "libtorch.so: cannot open shared object file: No such file or directory\n"
        + "/app/LibTorchSharp: cannot open shared object file: No such file or directory\n";

    private static readonly HostSystem Bookworm = new(
        OSPlatform.Linux, Architecture.X64, "Debian GNU/Linux 12 (bookworm)", "debian", "12", HasLibtorch: true,
        HasSkia: true);

    private static readonly HostSystem Windows = new(
        OSPlatform.Windows, Architecture.X64, "Microsoft Windows 10.0.26100", "", "", HasLibtorch: true, HasSkia: true);

    private static readonly BackendVersions Versions = new("0.107.0", "2.10.0");

    [Fact]
    public void Explain_OldLibstdcxxOnDebian_NamesVersionSystemAndCure()
    {
        var message = NativeBackendDiagnosis.Explain(OldLibstdcxx, Bookworm, Versions);

        Assert.Contains("Debian GNU/Linux 12 (bookworm)", message);
        Assert.Contains("/lib/x86_64-linux-gnu/libstdc++.so.6 lacks GLIBCXX_3.4.32", message);
        Assert.Contains("eng/prerequisites.sh", message);
    }

    [Theory]
    [InlineData("ubuntu", "Ubuntu 24.04")]
    [InlineData("fedora", "GCC 13")]
    public void Explain_OldLibstdcxxElsewhere_NamesThatSystemsCure(string id, string cure) =>
        Assert.Contains(cure, NativeBackendDiagnosis.Explain(OldLibstdcxx, Bookworm with { Id = id }, Versions));

    [Fact]
    public void Explain_OldCLibrary_SaysSo()
    {
        const string loader = Advice + "/lib/x86_64-linux-gnu/libc.so.6: version `GLIBC_2.38' not found (required by "
            + "/app/libtorch_cpu.so)";

        Assert.Contains(
            "the C library of Debian GNU/Linux 12 (bookworm) is too old", NativeBackendDiagnosis.Explain(loader, Bookworm, Versions));
    }

    [Fact]
    public void Explain_OldLibstdcxx_QuotesOnlyTheTellingLine()
    {
        var message = NativeBackendDiagnosis.Explain(OldLibstdcxx, Bookworm, Versions);

        Assert.DoesNotContain("cannot open shared object file", message);
        Assert.DoesNotContain("strace", message);
    }

    [Fact]
    public void Explain_NoBackendOnLinux_NamesThePackages()
    {
        var message = NativeBackendDiagnosis.Explain(NoLibtorch, Bookworm with { HasLibtorch = false }, Versions);

        Assert.Contains("no backend is there", message);
        Assert.Contains("TorchSharp-cpu", message);
        Assert.Contains("TorchSharp-cuda-linux", message);
        Assert.EndsWith("For example: dotnet add package libtorch-cpu-linux-x64 --version 2.10.0", FirstLine(message));
    }

    [Fact]
    public void Explain_NoBackendAndLibtorchsVersionUnknown_NamesTorchSharpsPackage() => Assert.EndsWith(
        "For example: dotnet add package TorchSharp-cpu --version 0.108.1",
        FirstLine(NativeBackendDiagnosis.Explain(
            NoLibtorch, Bookworm with { HasLibtorch = false }, new BackendVersions("0.108.1", null))));

    [Theory]
    [InlineData("LINUX", "libtorch-cpu-linux-x64", Advice + "/app/libLibTorchSharp.so: undefined symbol: _ZN5torch8autogradE\n")]
    [InlineData("OSX", "libtorch-cpu-osx-arm64", "dlopen(libLibTorchSharp.dylib, 0x0001): Symbol not found: __ZN5torch8autogradE")]
    public void Explain_LibtorchOfAnotherVersion_NamesTheOneToAdd(string platform, string package, string loader)
    {
        var host = Bookworm with { Platform = OSPlatform.Create(platform), Architecture = Architecture.Arm64 };
        if (platform == "LINUX")
            host = host with { Architecture = Architecture.X64 };

        var message = NativeBackendDiagnosis.Explain(loader, host, Versions);

        Assert.Contains($"dotnet add package {package} --version 2.10.0", message);
        Assert.Contains("_ZN5torch8autogradE", message);
        Assert.DoesNotContain("strace", message);
    }

    [Fact]
    public void Versions_AreThoseOfDirectoryPackagesProps() => Assert.Equal(
        new BackendVersions(Repository.VersionOf("TorchSharp"), Repository.VersionOf("LibTorch")), BackendVersions.Current);

    [Theory]
    [InlineData(Architecture.X64, "libtorch-cpu-win-x64")]
    [InlineData(Architecture.Arm64, "libtorch-cpu-win-arm64")]
    public void Explain_NoBackendOnWindows_NamesThePackages(Architecture architecture, string package)
    {
        const string loader = "Unable to load DLL 'LibTorchSharp' or one of its dependencies: The specified module could "
            + "not be found. (0x8007007E)";

        var message = NativeBackendDiagnosis.Explain(loader, Windows with { Architecture = architecture, HasLibtorch = false }, Versions);

        Assert.Contains(package, message);
        Assert.Contains("TorchSharp-cuda-windows", message);
        Assert.DoesNotContain("linux", message);
    }

    [Fact]
    public void Explain_NoBackendOnMac_NamesNoCuda()
    {
        var mac = new HostSystem(OSPlatform.OSX, Architecture.Arm64, "macOS 15", "", "", HasLibtorch: false, HasSkia: true);

        var message = NativeBackendDiagnosis.Explain("dlopen(libLibTorchSharp.dylib, 0x0001): tried: ...", mac, Versions);

        Assert.Contains("libtorch-cpu-osx-arm64", message);
        Assert.DoesNotContain("cuda", message);
    }

    [Fact]
    public void Explain_MissingProcedureOnWindows_NamesTheOpenReport()
    {
        const string loader = "Unable to load DLL 'LibTorchSharp' or one of its dependencies: The specified procedure "
            + "could not be found. (0x8007007F)";

        Assert.Contains("dotnet/TorchSharp/issues/1567", NativeBackendDiagnosis.Explain(loader, Windows, Versions));
    }

    [Fact]
    public void Explain_MissingModuleOnWindowsWithBackend_NamesTheRedistributable()
    {
        const string loader = "Unable to load DLL 'LibTorchSharp' or one of its dependencies: The specified module could "
            + "not be found. (0x8007007E)";

        Assert.Contains("Visual C++", NativeBackendDiagnosis.Explain(loader, Windows, Versions));
    }

    [Theory]
    [InlineData(Architecture.Arm64, "linux-arm64")]
    [InlineData(Architecture.X86, "linux-x86")]
    public void Explain_PlatformWithoutTorchSharp_ListsThoseWithIt(Architecture architecture, string given)
    {
        var message = NativeBackendDiagnosis.Explain("any", Bookworm with { Architecture = architecture }, Versions);

        Assert.Contains(given, message);
        Assert.Contains("linux-x64, win-x64, win-arm64, osx-arm64", message);
    }

    [Fact]
    public void Explain_MissingSystemLibrary_NamesIt()
    {
        const string loader = Advice + "libstdc++.so.6: cannot open shared object file: No such file or directory";

        Assert.Contains("the system lacks libstdc++.so.6", NativeBackendDiagnosis.Explain(loader, Bookworm, Versions));
    }

    [Fact]
    public void Explain_UnknownCause_QuotesTheLoader() =>
        Assert.Contains("file too short", NativeBackendDiagnosis.Explain("/app/libtorch_cpu.so: file too short", Bookworm, Versions));

    private static string FirstLine(string message) => message.Split(Environment.NewLine)[0];
}
