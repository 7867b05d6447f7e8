namespace Composition;

/// <summary>A user's objective with a pool of its own, its penalty, layer, data and callback go on from files.</summary>
public sealed class OwnCheckpointTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("gankit-test-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Theory]
    [InlineData(7)] // in the middle of the second epoch
    [InlineData(3)] // of the first one
    public void Resume_OfPartsOfOnesOwn_GoesOnToTheLastBit(int steps)
    {
        using var scope = NewDisposeScope();
        var (straight, straightBest) = (OwnStateTests.Make(1), new Best());
        straight.Fit(new DrawnData(5), steps: 12, callbacks: [new TrainingCheckpoints(In("straight")), straightBest]);
        OwnStateTests.Make(1).Fit(new DrawnData(5), steps: steps, callbacks: [new TrainingCheckpoints(In("parts")), new Best()]);

        var (resumed, best) = (OwnStateTests.Make(2), new Best());
        Assert.Equal(steps, resumed.Resume(In("parts")).Step);
        resumed.Fit(new DrawnData(5), steps: 12 - steps, callbacks: [new TrainingCheckpoints(In("parts")), best]);

        Assert.Equal(straightBest.Loss, best.Loss);
        foreach (var file in (string[])["state.safetensors", "state.json"])
            Assert.Equal(File.ReadAllBytes(Path.Combine(In("straight"), "step-00000012", file)), File.ReadAllBytes(Path.Combine(In("parts"), "step-00000012", file)));
    }

    /// <summary>The best by a measure of one's own is what a run goes back to when it gets worse.</summary>
    [Fact]
    public void Best_IsWhereARunGoesBackTo()
    {
        using var scope = NewDisposeScope();
        var trainer = OwnStateTests.Make(1);
        var checkpoints = new TrainingCheckpoints(In("best"), every: 2) { Measure = trainer => Math.Abs(trainer.StepCount - 4) };
        trainer.Fit(new DrawnData(5), steps: 10, callbacks: [checkpoints]);

        trainer.Resume(checkpoints.Best!.FolderPath);

        Assert.Equal((4L, 0.0), (trainer.StepCount, checkpoints.Best.Measure));
    }

    private string In(string run) => Path.Combine(_folder, run);
}
