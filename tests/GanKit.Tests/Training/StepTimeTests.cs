namespace GanKit.Tests.Training;

public sealed class StepTimeTests
{
    private static readonly TimeSpan Wait = TimeSpan.FromMilliseconds(30);

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Steps_OfSlowData_SayHowLongTheyWaitedAndTook(bool freshBatch)
    {
        using var trainer = Tiny.Trainer(new TrainerOptions { FreshRealBatch = freshBatch });

        var steps = trainer.Steps(Slow(), steps: 3).ToArray();

        Assert.All(steps, step => Assert.True(step.DataWait >= Wait * (freshBatch ? 2 : 1), $"{step.DataWait}"));
        Assert.All(steps, step => Assert.InRange(step.Duration, TimeSpan.FromTicks(1), TimeSpan.FromMinutes(1)));
    }

    [Fact]
    public void Step_OnTheCallersBatch_WaitsForNone()
    {
        using var trainer = Tiny.Trainer();
        using var batch = Tiny.Batch();

        var step = trainer.Step(batch);

        Assert.Equal(TimeSpan.Zero, step.DataWait);
        Assert.True(step.Duration > TimeSpan.Zero);
    }

    private static IEnumerable<Batch> Slow()
    {
        for (var i = 0; i < 6; i++)
        {
            Thread.Sleep(Wait + TimeSpan.FromMilliseconds(5)); // the clocks of both may differ
            using var batch = Tiny.Batch();
            yield return batch;
        }
    }
}
