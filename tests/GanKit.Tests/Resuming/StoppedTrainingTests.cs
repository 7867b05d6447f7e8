using System.Diagnostics;
using System.Globalization;

namespace GanKit.Tests.Resuming;

/// <summary>Trainings that are asked to end, that find their folder taken, or that find no room for a checkpoint.</summary>
public sealed class StoppedTrainingTests : IDisposable
{
    private const string Program =
        """
        using GanKit;
        using GanKit.Data;
        using GanKit.Resuming;
        using static TorchSharp.torch;
        using static TorchSharp.torch.nn;

        set_num_threads(1);
        manual_seed(1);
        using var trainer = AdversarialTrainer.Create(
            Sequential(Linear(3, 4), ReLU(), Linear(4, 2)), Sequential(Linear(2, WIDTH), ReLU(), Linear(WIDTH, 1)),
            new UnconditionalObjective(3, AdversarialLoss.NonSaturating));
        var checkpoints = new TrainingCheckpoints("checkpoints", every: EVERY) { OPTIONS };
        try
        {
            trainer.Fit(Batches.FromTensor(ones(8, 2), 2, seed: 1), steps: STEPS, callbacks: [checkpoints, TrainingCallback.Every(1, (_, step) =>
            {
                if (step.Step == 5)
                    Console.WriteLine("ready");
                SLOW
            })]);
            Console.WriteLine($"ended after {trainer.StepCount}, by {checkpoints.StoppedBy?.ToString() ?? "nothing"}");
        }
        catch (IOException error)
        {
            Console.WriteLine($"{trainer.StepCount}: {error.Message}");
        }
        """;

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("TERM", 128 + 15)]
    [InlineData("INT", 128 + 2)]
    [InlineData("HUP", 128 + 1)]
    public void Signal_EndsTheStep_WritesACheckpoint_SaysWhere_AndExits(string signal, int code)
    {
        Assert.SkipUnless(OperatingSystem.IsLinux() || OperatingSystem.IsMacOS(), "Signals are sent by kill.");
        Assert.SkipWhen(Ignores(code - 128), "A job in a shell's background ignores some signals, and so do its children.");
        using var child = ChildProgram.Start(Code(every: 1_000_000, steps: 1_000_000), _folder.Path);
        Assert.Equal("ready", child.Output.ReadLine());
        ChildProgram.System("kill", $"-{signal}", $"{child.Process.Id}");
        var (output, errors) = (child.Output.ReadToEnd().Trim(), child.Process.StandardError.ReadToEnd());
        child.Process.WaitForExit();

        var checkpoint = Assert.Single(TrainingCheckpoint.In(_folder.File("checkpoints")));
        Assert.Equal((code, $"ended after {checkpoint.Step}, by SIG{signal}"), (child.Process.ExitCode, output));
        Assert.Contains($"the run stopped after step {checkpoint.Step}. Its checkpoint is '{checkpoint.FolderPath}'", errors, StringComparison.Ordinal);
        Assert.Null(CheckpointSums.FindFault(checkpoint.FolderPath));
    }

    [Fact]
    public void Signal_ASecondTime_EndsAtOnce()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux() || OperatingSystem.IsMacOS(), "Signals are sent by kill.");
        using var child = ChildProgram.Start(Code(every: 1_000_000, steps: 1_000_000, slow: "if (step.Step == 6) Thread.Sleep(TimeSpan.FromMinutes(5));"), _folder.Path);
        Assert.Equal("ready", child.Output.ReadLine());
        Thread.Sleep(200);
        ChildProgram.System("kill", "-TERM", $"{child.Process.Id}");
        Assert.Contains("A second signal ends the process at once", child.Process.StandardError.ReadLine(), StringComparison.Ordinal);
        var start = Stopwatch.GetTimestamp();
        ChildProgram.System("kill", "-TERM", $"{child.Process.Id}");
        child.Process.WaitForExit();

        Assert.True(Stopwatch.GetElapsedTime(start) < TimeSpan.FromMinutes(1));
        Assert.Equal(143, child.Process.ExitCode);
        Assert.Empty(TrainingCheckpoint.In(_folder.File("checkpoints")));
    }

    [Fact]
    public void Fit_InAFolderThatATrainingHas_IsRefusedByItsProcess_AndNotAfterAKill()
    {
        using (var living = ChildProgram.Start(Code(every: 1_000, steps: 100_000_000), _folder.Path))
        {
            Assert.Equal("ready", living.Output.ReadLine());
            var refused = ChildProgram.Run(Code(every: 5, steps: 10), _folder.Path);
            Assert.StartsWith("0: The folder of checkpoints '", refused, StringComparison.Ordinal);
            Assert.Contains($"is in use by another training: process {living.Process.Id} (", refused, StringComparison.Ordinal);
            living.Process.Kill(); // it leaves its lock
            living.Process.WaitForExit();
        }

        Assert.True(File.Exists(_folder.File("checkpoints", ".owner")));
        Assert.Equal("ready\nended after 10, by nothing", ChildProgram.Run(Code(every: 5, steps: 10), _folder.Path).Trim());
        Assert.False(File.Exists(_folder.File("checkpoints", ".owner")));
    }

    /// <summary>Two trainings of one process, too.</summary>
    [Fact]
    public void Fit_OfTwoTrainers_IsRefusedByItsProcess()
    {
        using var first = CheckpointStore.Open(_folder.File("checkpoints"), "a run");
        var error = Assert.Throws<IOException>(() => CheckpointStore.Open(_folder.File("checkpoints"), "another"));
        Assert.Contains($"process {Environment.ProcessId} (", error.Message, StringComparison.Ordinal);
    }

    /// <summary>A disk that is full, a folder that is read-only, a limit on the length of files: the old checkpoint is whole, and the run stops or goes on.</summary>
    [Theory]
    [InlineData("full", false)]
    [InlineData("full", true)]
    [InlineData("read-only", false)]
    [InlineData("read-only", true)]
    [InlineData("limit", false)]
    [InlineData("limit", true)]
    public void Fit_WithoutRoomForACheckpoint_StopsOrGoesOn_AndKeepsTheOld(string trouble, bool goesOn)
    {
        var under = Under(trouble);
        Directory.CreateDirectory(_folder.File("checkpoints"));
        // The second checkpoint meets the trouble; the first is of the same size.
        var slow = trouble switch
        {
            "full" => "if (step.Step == 5) using (var all = File.Create(\"checkpoints/filler\")) { try { while (true) { all.Write(new byte[4096]); all.Flush(); } } catch (IOException) { } }",
            "read-only" => "if (step.Step == 5) System.Diagnostics.Process.Start(\"sh\", [\"-c\", \"mount --bind checkpoints checkpoints && \"\n"
                + "+ \"mount -o remount,bind,ro checkpoints\"]).WaitForExit();",
            _ => "if (step.Step == 5) System.Diagnostics.Process.Start(\"prlimit\", [\"--pid\", Environment.ProcessId.ToString(), \"--fsize=10000\"]).WaitForExit();",
        };
        var code = Code(every: 4, steps: 9, slow: slow, width: 2_000, options: (goesOn ? "OnFailure = CheckpointFailure.GoOn, " : "") + "InBackground = false, Output = Console.Out")
            + "\nforeach (var found in TrainingCheckpoint.In(\"checkpoints\")) Console.WriteLine($\"there is {found.Step}\");"
            + "\ntrainer.Resume(\"checkpoints\"); Console.WriteLine($\"whole: {trainer.StepCount}; \" + string.Join(' ', Directory.GetDirectories(\"checkpoints\").Select(Path.GetFileName)));";

        var lines = ChildProgram.Run(code, _folder.Path, under).Split('\n', StringSplitOptions.RemoveEmptyEntries);

        Assert.Equal("ready", lines[0]);
        Assert.Equal((goesOn ? "The" : "8: The") + " checkpoint of step 8 could not be written to '", lines[1][..lines[1].IndexOf('/', StringComparison.Ordinal)]);
        Assert.Contains("Earlier ones are whole; the newest is step-00000004.", lines[1], StringComparison.Ordinal);
        if (goesOn)
            Assert.Contains("ended after 9, by nothing", lines);
        Assert.Equal(["there is 4", "whole: 4; step-00000004"], lines[^2..]);
    }

    private static bool Ignores(int signal)
    {
        const string Status = "/proc/self/status";
        return File.Exists(Status) && File.ReadLines(Status).Any(line => line.StartsWith("SigIgn:", StringComparison.Ordinal)
            && (long.Parse(line.AsSpan(7).Trim(), NumberStyles.HexNumber, CultureInfo.InvariantCulture) & 1L << (signal - 1)) != 0);
    }

    private static string[] Under(string trouble)
    {
        if (trouble == "limit")
        {
            Assert.SkipUnless(File.Exists("/usr/bin/prlimit"), "There is no prlimit.");
            return ["/bin/bash", "-c", "trap '' XFSZ; exec \"$@\"", "bash"];
        }

        string[] under = ["/usr/bin/unshare", "-m", "/bin/sh", "-c", "mount -t tmpfs -o size=256k none checkpoints && exec \"$@\"", "sh"];
        Assert.SkipUnless(
            File.Exists(under[0]) && Environment.UserName == "root" && ChildProgram.Succeeds([.. under[..4], "mount -t tmpfs none /mnt"]),
            "A small disk can't be mounted.");
        return under;
    }

    private static string Code(int every, int steps, string slow = "", int width = 4, string options = "") => Program
        .Replace("EVERY", $"{every}", StringComparison.Ordinal).Replace("STEPS", $"{steps}", StringComparison.Ordinal)
        .Replace("SLOW", slow, StringComparison.Ordinal).Replace("WIDTH", $"{width}", StringComparison.Ordinal)
        .Replace("OPTIONS", options, StringComparison.Ordinal);
}
