using System.Security.Cryptography;

namespace GanKit.Tests.Resuming;

/// <summary>Trainings that are killed at random moments, while they write too, by a signal that none can handle.</summary>
public sealed class KilledTrainingTests : IDisposable
{
    private const string Program =
        """
        using GanKit;
        using GanKit.Data;
        using GanKit.Networks;
        using GanKit.Resuming;
        using static TorchSharp.torch;

        set_num_threads(1);
        var goesOn = TrainingCheckpoint.In("checkpoints").Count > 0;
        manual_seed(goesOn ? Environment.ProcessId : 1);
        using var trainer = AdversarialTrainer.Create(
            new DcganGenerator(16, 1, 8, 16), new DcganDiscriminator(16, 1, 16),
            new UnconditionalObjective(8, AdversarialLoss.NonSaturating, new R1Penalty(interval: 4)), new TrainerOptions { AverageDecay = 0.9 });
        var data = Shapes.Load(30, 20).RandomCrop(16).FlipHorizontally().Batches(4, seed: 1, workers: 2);
        var checkpoints = new TrainingCheckpoints("checkpoints", every: EVERY) { KeepLast = 2, InBackground = BACKGROUND };
        if (goesOn)
            trainer.Resume("checkpoints");
        Console.WriteLine($"begins after {trainer.StepCount}");
        var last = trainer.StepCount + AFTER;
        var killer = TrainingCallback.Every(1, (_, step) =>
        {
            if (AFTER == 0 || step.Step != last)
                return;
            new Thread(() =>
            {
                while (WRITING && Directory.GetDirectories("checkpoints", "*.tmp").Length == 0)
                    Thread.Yield();
                Thread.SpinWait(SPIN);
                System.Diagnostics.Process.GetCurrentProcess().Kill(); // SIGKILL
            }).Start();
        });
        trainer.Fit(data, steps: STEPS - trainer.StepCount, callbacks: [checkpoints, killer]);
        Console.WriteLine("done");
        """;

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData(8, 200)]
    [InlineData(100, 2000, Explicit = true)]
    public void Resume_AfterKills_EndsInTheIdenticalFile(int kills, int steps)
    {
        Directory.CreateDirectory(_folder.File("straight"));
        Directory.CreateDirectory(_folder.File("killed"));
        Run("straight", steps, isInBackground: false);
        var random = new Random(kills);
        var (whileWriting, resumed, done) = (0, 0, false);
        for (var kill = 0; kill < kills && !done; kill++)
        {
            // Every second in the middle of a checkpoint.
            using var child = ChildProgram.Start(
                Code(steps, isInBackground: random.Next(2) == 0, random.Next(1, 24), kill % 2 == 0, random.Next(200_000)), _folder.File("killed"));
            var output = child.Output.ReadToEnd();
            child.Process.WaitForExit();
            Assert.StartsWith("begins after ", $"{output}{child.Process.StandardError.ReadToEnd()}", StringComparison.Ordinal);
            var begins = long.Parse(output.AsSpan("begins after ".Length), System.Globalization.CultureInfo.InvariantCulture);
            Assert.True(begins > 0 || resumed == 0, "There was a checkpoint, and is none that is whole.");
            resumed += begins > 0 ? 1 : 0;
            done = child.Process.ExitCode == 0;
            whileWriting += Directory.GetDirectories(Checkpoints, "*.tmp").Length > 0 ? 1 : 0;
        }

        Assert.False(done, "The training ended before it was killed as often: give it more steps.");
        Run("killed", steps, isInBackground: true);

        Assert.True(whileWriting > 0, "No kill hit the writing of a checkpoint.");
        Assert.True(resumed >= kills / 2, $"{resumed} of {kills} runs went on from a checkpoint.");
        foreach (var file in (string[])["state.safetensors", "state.json"])
            Assert.Equal(Hash("straight", file), Hash("killed", file));
        Assert.Empty(Directory.GetDirectories(Checkpoints, "*.tmp"));
        TestContext.Current.TestOutputHelper!.WriteLine($"{kills} kills, {whileWriting} of them while writing; {resumed} went on from a checkpoint.");

        string Hash(string run, string file) => Convert.ToHexString(
            SHA256.HashData(File.ReadAllBytes(_folder.File(run, "checkpoints", $"step-{steps:D8}", file))));
    }

    private string Checkpoints => Directory.CreateDirectory(_folder.File("killed", "checkpoints")).FullName;

    private void Run(string folder, int steps, bool isInBackground) =>
        Assert.EndsWith("done", ChildProgram.Run(Code(steps, isInBackground), _folder.File(folder)).Trim(), StringComparison.Ordinal);

    private static string Code(int steps, bool isInBackground, int after = 0, bool whileWriting = false, int spin = 0) => Program
        .Replace("STEPS", $"{steps}", StringComparison.Ordinal).Replace("AFTER", $"{after}", StringComparison.Ordinal)
        .Replace("WRITING", whileWriting ? "true" : "false", StringComparison.Ordinal).Replace("SPIN", $"{spin}", StringComparison.Ordinal)
        .Replace("EVERY", "2", StringComparison.Ordinal).Replace("BACKGROUND", isInBackground ? "true" : "false", StringComparison.Ordinal);
}
