namespace GanKit.Tests.Monitoring;

public class RecordScheduleTests
{
    [Theory]
    [InlineData(1, 1, 5, new long[] { 1, 2, 3, 4, 5 })]
    [InlineData(1, 3, 5, new long[] { 1, 2, 3, 4, 5 })] // Every step is every step, with or without the generator.
    [InlineData(10, 1, 25, new long[] { 10, 20, 25 })]
    [InlineData(10, 3, 25, new long[] { 12, 21, 25 })] // The first at or after 10 and 20 with the generator.
    [InlineData(4, 5, 20, new long[] { 5, 10, 15, 19, 20 })] // 16 to 19 have no such step, so their last stands in.
    [InlineData(2, 7, 6, new long[] { 3, 5, 6 })]
    [InlineData(100, 1, 30, new long[] { 30 })]
    public void IsDue_Run_PicksOneOfEachN(long every, int discriminatorSteps, long steps, long[] expected)
    {
        var trainer = new FakeTrainer { DiscriminatorSteps = discriminatorSteps };
        Assert.Equal(expected, Due(trainer, every, steps));
    }

    [Fact]
    public void IsDue_ResumedRun_StaysOnTheSameSteps()
    {
        var trainer = new FakeTrainer { StepCount = 13 };
        Assert.Equal([20, 30, 38], Due(trainer, every: 10, steps: 25));
    }

    [Fact]
    public void Start_AfterARunThatBrokeOff_OwesNothing()
    {
        var trainer = new FakeTrainer { DiscriminatorSteps = 3 };
        var schedule = new RecordSchedule(10);
        Assert.Empty(Due(schedule, trainer, planned: 100, steps: 10)); // Waits for the generator at 12.
        Assert.Equal([21], Due(schedule, trainer, planned: 100, steps: 15));
    }

    private static List<long> Due(FakeTrainer trainer, long every, long steps) =>
        Due(new RecordSchedule(every), trainer, planned: steps, steps);

    private static List<long> Due(RecordSchedule schedule, FakeTrainer trainer, long planned, long steps)
    {
        schedule.Start(trainer, new FitPlan(planned, null, null));
        var due = new List<long>();
        trainer.Fit(steps, callbacks: TrainingCallback.Every(1, (_, step) =>
        {
            if (schedule.IsDue(step))
                due.Add(step.Step);
        }));
        return due;
    }
}
