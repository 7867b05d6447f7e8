using System.Globalization;

namespace GanKit.Tests.Documentation;

/// <summary>The README's program for pictures, in a process of its own, keeps its weights whatever ends it.</summary>
public sealed class StoppedProgramTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("TERM")]
    [InlineData("INT")]
    [InlineData("KILL")]
    public async Task ReadmeProgram_Signal_LeavesTheWeights(string signal)
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Signals are Unix'.");
        Assert.SkipWhen(signal == "INT" && IgnoresInterrupts(), "A job in a shell's background ignores SIGINT, and so do its children.");
        var program = MarkdownSnippet.All().Single(snippet => snippet.Name == "own-pictures");
        // As it stands but smaller, so that a step takes no time and a save comes soon.
        program = program with
        {
            Code = Replaced(program.Code, ("batchSize: 64", "batchSize: 4"), ("imageSize: 64)", "imageSize: 64, width: 4)"), ("every: 500", "every: 2"),
                ("Every(500", signal == "KILL" ? "Every(3" : "Every(1_000_000"), ("epochs: 25", "epochs: 25_000"), ("log.csv\"", "log.csv\", every: 1")),
        };
        Directory.CreateDirectory(_folder.File("photos"));
        for (var i = 0; i < 8; i++)
        {
            using var photo = zeros(3, 64, 64);
            Images.Write(_folder.File("photos", $"{i}.png"), photo);
        }

        using var child = ChildProgram.Start(program, _folder.Path);
        var output = child.Output.ReadToEndAsync();
        var weights = _folder.File("out", "generator.dat");
        var sign = signal == "KILL" ? weights : _folder.File("out", "log.csv");
        Assert.True(SpinWait.SpinUntil(() => File.Exists(sign) || child.Process.HasExited, TimeSpan.FromSeconds(100)));
        ChildProgram.System("kill", $"-{signal}", child.Process.Id.ToString(CultureInfo.InvariantCulture));

        Assert.True(child.Process.WaitForExit(TimeSpan.FromSeconds(100)));
        using var generator = new DcganGenerator(imageSize: 64, width: 4);
        generator.LoadWeights(weights);
        Assert.True(File.Exists(_folder.File("out", "samples.png")));
        if (signal != "KILL")
        {
            Assert.Equal(0, child.Process.ExitCode);
            Assert.Contains("Stopped after ", await output, StringComparison.Ordinal);
            Assert.DoesNotContain(_folder.FileNames(), name => name.EndsWith(".tmp", StringComparison.Ordinal));
        }
    }

    private static bool IgnoresInterrupts()
    {
        const string Status = "/proc/self/status";
        const long Interrupt = 1 << (2 - 1);
        return File.Exists(Status) && File.ReadLines(Status).Any(line => line.StartsWith("SigIgn:", StringComparison.Ordinal)
            && (long.Parse(line.AsSpan(7).Trim(), NumberStyles.HexNumber, CultureInfo.InvariantCulture) & Interrupt) != 0);
    }

    private static string Replaced(string code, params (string Old, string New)[] changes)
    {
        foreach (var (old, @new) in changes)
        {
            Assert.Contains(old, code, StringComparison.Ordinal);
            code = code.Replace(old, @new, StringComparison.Ordinal);
        }

        return code;
    }
}
