using GanKit.Tests.Training;
using static TorchSharp.torch.nn;

namespace GanKit.Tests.Resuming;

/// <summary>Which checkpoints stay, which is the newest, and what is damaged.</summary>
public sealed class CheckpointFolderTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    private string Folder => _folder.File("checkpoints");

    public void Dispose() => _folder.Dispose();

    /// <summary>The user's output may be gone too, such as the terminal or the log on a full disk.</summary>
    [Fact]
    public void Fit_WhereNeitherACheckpointNorAWordCanBeWritten_GoesOnIfToldTo()
    {
        using var trainer = Tiny.Trainer();
        var checkpoints = new TrainingCheckpoints(_folder.File("run"), every: 2) { OnFailure = CheckpointFailure.GoOn, Output = new Gone() };
        trainer.Fit(Tiny.Data(), steps: 5, callbacks: [checkpoints, TrainingCallback.Every(1, (_, step) =>
        {
            if (step.Step > 1)
                return;
            Directory.Delete(checkpoints.Folder, recursive: true);
            File.WriteAllText(checkpoints.Folder, "in the way");
        })]);
        Assert.Equal(5, trainer.StepCount);
    }

    [Fact]
    public void Fit_WhereTheUsersMeasureFails_SaysThat()
    {
        using var trainer = Tiny.Trainer();
        var checkpoints = new TrainingCheckpoints(_folder.File("run"), every: 2)
        {
            OnFailure = CheckpointFailure.GoOn,
            Output = TextWriter.Null,
            Measure = _ => throw new FileNotFoundException("no reference"),
        };
        Assert.Equal("no reference", Assert.Throws<FileNotFoundException>(() => trainer.Fit(Tiny.Data(), steps: 5, callbacks: [checkpoints])).Message);
    }

    /// <summary>The end of the run is what the last checkpoint has, also where another callback brings back the best.</summary>
    [Fact]
    public void Fit_WithTheBestRestoredAtTheEnd_EndsWithACheckpointOfTheLastStep()
    {
        using var trainer = Tiny.Trainer();
        var metric = new MetricCallback(running => new MetricPoint(0, "distance", running.StepCount), every: 1);
        using var best = new BestCheckpoint(metric) { RestoresAtEnd = true };
        var checkpoints = new TrainingCheckpoints(_folder.File("run"), every: 100);
        trainer.Fit(Tiny.Data(), steps: 7, callbacks: [metric, best, checkpoints]);
        Assert.Equal(1, trainer.StepCount);
        Assert.Equal(7, Assert.Single(TrainingCheckpoint.In(checkpoints.Folder)).Step);
    }

    [Fact]
    public void Keep_TheLast_TheBest_AndEveryNth()
    {
        var measures = new Queue<double>([9, 3, double.NaN, 8, 1, 7, 6, 5, 4, 10]);
        var checkpoints = new TrainingCheckpoints(Folder, every: 1) { KeepLast = 2, KeepEvery = 4, KeepBest = 2, Measure = _ => measures.Dequeue() };
        using var run = Make().Fit(10, checkpoints);

        Assert.Equal([2L, 4, 5, 8, 9, 10], Steps());
        Assert.Equal((5L, 1.0), (checkpoints.Best!.Step, checkpoints.Best.Measure));
        Assert.Equal((10L, 10.0), (checkpoints.Newest!.Step, checkpoints.Newest.Measure));
        Assert.Equal(["step-00000002", "step-00000004", "step-00000005", "step-00000008", "step-00000009", "step-00000010"],
            Directory.GetDirectories(Folder).Select(Path.GetFileName).Order(StringComparer.Ordinal));
    }

    [Fact]
    public void Keep_OfARunThatGoesOn_KnowsTheBestFromBefore()
    {
        using (var first = Make().Fit(3, new TrainingCheckpoints(Folder, every: 1) { KeepLast = 1, HigherIsBetter = true, Measure = trainer => -trainer.StepCount }))
            Assert.Equal([1L, 3], Steps());
        using var resumed = Make();
        resumed.Trainer.Resume(Folder);
        resumed.Fit(3, new TrainingCheckpoints(Folder, every: 1) { KeepLast = 1, HigherIsBetter = true, Measure = trainer => -trainer.StepCount });

        Assert.Equal([1L, 6], Steps());
    }

    /// <summary>A run goes back to its best checkpoint, trains on, and what it writes then is the newest, whatever its step.</summary>
    [Fact]
    public void Resume_AfterAStepBack_TakesWhatWasWrittenLast()
    {
        using var run = Make().Fit(6, new TrainingCheckpoints(Folder, every: 2) { KeepLast = 9 });
        run.Trainer.Resume(Path.Combine(Folder, "step-00000002"));
        run.Fit(2, new TrainingCheckpoints(Folder, every: 2) { KeepLast = 9 });

        Assert.Equal([2L, 6, 4], Steps());
        using var resumed = Make();
        Assert.Equal(4, resumed.Trainer.Resume(Folder).Step);
    }

    /// <summary>Back to the best within Fit, as a watchdog does: the data goes on.</summary>
    [Fact]
    public void Resume_WithinFit_GoesBack()
    {
        var checkpoints = new TrainingCheckpoints(Folder, every: 2) { KeepLast = 9 };
        var back = 0;
        using var run = Make().Fit(8, checkpoints, TrainingCallback.Every(5, (trainer, _) =>
        {
            if (back++ == 0)
                trainer.Resume(checkpoints.Newest!.FolderPath);
        }));

        Assert.Equal((7L, 2), (run.Trainer.StepCount, back)); // the eighth step was the seventh
        Assert.Equal(7, checkpoints.Newest!.Step);
    }

    [Theory]
    [InlineData("state.safetensors", "flip", "state.safetensors is not as it was written")]
    [InlineData("state.json", "cut", "state.json is not as it was written")]
    [InlineData("run.json", "flip", "run.json is not as it was written")]
    [InlineData("state.safetensors", "delete", "state.safetensors is missing")]
    [InlineData("run.json", "delete", "run.json is missing")]
    [InlineData("SHA256SUMS", "delete", "it has no SHA256SUMS")]
    [InlineData("SHA256SUMS", "cut", "SHA256SUMS")]
    public void Resume_WhereTheNewestIsDamaged_TakesTheOneBefore_AndSaysSo(string file, string damage, string expected)
    {
        using (var run = Make().Fit(6, new TrainingCheckpoints(Folder, every: 3)))
            Damage(Path.Combine(Folder, "step-00000006", file));
        using var resumed = Make();

        var from = resumed.Trainer.Resume(Folder);

        Assert.Equal((3L, 3L), (from.Step, resumed.Trainer.StepCount));
        Assert.Contains(expected, Assert.Single(from.Notices), StringComparison.Ordinal);
        Assert.Contains("'step-00000006' is damaged", from.Notices[0], StringComparison.Ordinal);
        Assert.Contains(expected, Assert.Throws<CheckpointFormatException>(
            () => resumed.Trainer.Resume(Path.Combine(Folder, "step-00000006"))).Message, StringComparison.Ordinal);
        Damage(Path.Combine(Folder, "step-00000003", file));
        var error = Assert.Throws<CheckpointFormatException>(() => resumed.Trainer.Resume(Folder));
        Assert.Contains("step-00000003", error.Message, StringComparison.Ordinal);
        Assert.Contains("step-00000006", error.Message, StringComparison.Ordinal);
        Assert.Equal(3, resumed.Trainer.StepCount);

        void Damage(string path)
        {
            var bytes = File.ReadAllBytes(path);
            if (damage == "delete")
                File.Delete(path);
            else if (damage == "cut")
                File.WriteAllBytes(path, bytes[..(bytes.Length / 2)]);
            else
                File.WriteAllBytes(path, [.. bytes[..^9], (byte)(bytes[^9] ^ 1), .. bytes[^8..]]);
        }
    }

    [Fact]
    public void Resume_FromNothing_SaysWhatIsNotThere()
    {
        using var run = Make();
        Assert.Contains("There is no folder", Assert.Throws<DirectoryNotFoundException>(() => run.Trainer.Resume(Folder)).Message, StringComparison.Ordinal);
        Directory.CreateDirectory(Folder);
        Assert.Contains("There is no checkpoint in", Assert.Throws<FileNotFoundException>(() => run.Trainer.Resume(Folder)).Message, StringComparison.Ordinal);
        Assert.Empty(TrainingCheckpoint.In(Folder));
    }

    /// <summary>A new run loses nothing of an older one.</summary>
    [Fact]
    public void Fit_OfANewRun_PutsTheOlderOnesAside()
    {
        for (var i = 0; i < 3; i++)
            Make().Fit(2 + i, new TrainingCheckpoints(Folder)).Dispose();

        Assert.Equal([4L], Steps());
        Assert.Equal(2, Assert.Single(TrainingCheckpoint.In(Folder + ".1")).Step);
        Assert.Equal(3, Assert.Single(TrainingCheckpoint.In(Folder + ".2")).Step);
        using var resumed = Make();
        Assert.Equal(2, resumed.Trainer.Resume(Folder + ".1").Step);
    }

    [Fact]
    public void Save_OutsideOfFit_IsACheckpointToo()
    {
        using var run = Make().Fit(3);
        var checkpoint = new TrainingCheckpoints(Folder).Save(run.Trainer);
        using var resumed = Make();

        Assert.Equal(checkpoint.FolderPath, resumed.Trainer.Resume(Folder).FolderPath);
        Assert.Equal((3L, 0L), (checkpoint.Step, checkpoint.Epoch));
    }

    private long[] Steps() => [.. TrainingCheckpoint.In(Folder).Select(checkpoint => checkpoint.Step)];

    private static StateRuns Make() => StateRuns.Make(1, () => Sequential(Linear(3, 4), ReLU(), Linear(4, 2)),
        () => Sequential(Linear(2, 4), LeakyReLU(0.2), Linear(4, 1)), new UnconditionalObjective(3, AdversarialLoss.NonSaturating),
        Batches.FromTensor(Samples, 2, seed: 1), new());

    private static Tensor Samples
    {
        get
        {
            using var random = new Generator(1);
            return randn(8, 2, generator: random);
        }
    }

    private sealed class Gone : StringWriter
    {
        public override void WriteLine(string? value) => throw new IOException("Input/output error");
    }
}
