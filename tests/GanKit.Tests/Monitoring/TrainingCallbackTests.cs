namespace GanKit.Tests.Monitoring;

public class TrainingCallbackTests
{
    [Fact]
    public void Every_Steps_CallsAtMultiplesOnly()
    {
        var trainer = new FakeTrainer();
        var seen = new List<long>();

        trainer.Fit(10, callbacks: TrainingCallback.Every(4, (given, step) =>
        {
            Assert.Same(trainer, given);
            seen.Add(step.Step);
        }));

        Assert.Equal([4, 8], seen);
        Assert.Empty(trainer.FetchedSteps);
    }

    [Fact]
    public void EveryEpoch_Run_CallsAfterEach()
    {
        var seen = new List<long>();
        new FakeTrainer().Fit(25, callbacks: TrainingCallback.EveryEpoch((_, epoch) => seen.Add(epoch)));
        Assert.Equal([1, 2], seen);
    }

    [Fact]
    public void Every_BadArguments_Throws()
    {
        Assert.Throws<ArgumentOutOfRangeException>("steps", () => TrainingCallback.Every(0, (_, _) => { }));
        Assert.Throws<ArgumentNullException>("action", () => TrainingCallback.Every(1, null!));
        Assert.Throws<ArgumentNullException>("action", () => TrainingCallback.EveryEpoch(null!));
    }
}
