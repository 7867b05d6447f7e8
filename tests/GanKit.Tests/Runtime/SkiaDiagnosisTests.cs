using System.Runtime.InteropServices;

namespace GanKit.Tests.Runtime;

public class SkiaDiagnosisTests
{
    private const string NotThere =
        "Unable to load shared library 'libSkiaSharp' or one of its dependencies. In order to help diagnose loading "
        + "problems, consider using "
        + "a tool like strace.\n/app/libSkiaSharp.so: cannot open shared object file: No such file or directory\n"
        + "libSkiaSharp: cannot open shared object file: No such file or directory\n";

    private static readonly HostSystem Linux = new(
        OSPlatform.Linux, Architecture.X64, "Ubuntu 24.04", "ubuntu", "24.04", HasLibtorch: true, HasSkia: true);

    public static TheoryData<string, string> Packages => new()
    {
        { "LINUX", "SkiaSharp.NativeAssets.Linux.NoDependencies" },
        { "WINDOWS", "SkiaSharp.NativeAssets.Win32" },
        { "OSX", "SkiaSharp.NativeAssets.macOS" },
    };

    [Theory]
    [MemberData(nameof(Packages))]
    public void Explain_NoNativeLibrary_NamesThePlatformsPackageInSkiaSharpsVersion(string platform, string package)
    {
        var host = Linux with { Platform = OSPlatform.Create(platform), HasSkia = false };

        var message = SkiaDiagnosis.Explain(NotThere, host, "4.155.0");

        Assert.Contains($"dotnet add package {package} --version 4.155.0", message);
        Assert.DoesNotContain("cannot open shared object file", message);
    }

    [Fact]
    public void Explain_SystemLibraryMissing_NamesItAndThePackageWithoutDependencies()
    {
        var message = SkiaDiagnosis.Explain(
            NotThere + "libfontconfig.so.1: cannot open shared object file: No such file or directory\n", Linux, "4.155.0");

        Assert.Contains("the system lacks libfontconfig.so.1", message);
        Assert.Contains("SkiaSharp.NativeAssets.Linux.NoDependencies", message);
        Assert.DoesNotContain("strace", message);
    }

    [Fact]
    public void Explain_NativeLibraryOfAnotherVersion_AsksForSkiaSharps()
    {
        const string Skia = "The version of the native libSkiaSharp library (88.1) is incompatible with this version of "
            + "SkiaSharp.";

        var message = SkiaDiagnosis.Explain(Skia, Linux, "4.155.0");

        Assert.Contains("of another version than SkiaSharp", message);
        Assert.Contains("--version 4.155.0", message);
        Assert.Contains(Skia, message);
    }

    [Fact]
    public void Explain_OldCLibrary_SaysSo()
    {
        const string Loader = "/lib/x86_64-linux-gnu/libc.so.6: version `GLIBC_2.38' not found (required by "
            + "/app/libSkiaSharp.so)";

        Assert.Contains("lacks GLIBC_2.38", SkiaDiagnosis.Explain(Loader, Linux, "4.155.0"));
    }

    [Fact]
    public void Explain_UnknownCause_QuotesTheLoader() =>
        Assert.Contains("file too short", SkiaDiagnosis.Explain("/app/libSkiaSharp.so: file too short", Linux, "4.155.0"));
}
