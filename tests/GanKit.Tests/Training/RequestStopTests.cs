namespace GanKit.Tests.Training;

public class RequestStopTests
{
    [Theory]
    [InlineData(3, 3, 0)]
    [InlineData(4, 4, 1)] // an epoch's last step
    [InlineData(6, 6, 1)]
    public void RequestStop_AfterAStep_EndsTheRunAsItsLastStepDoes(long at, long steps, long epochs)
    {
        var ends = 0;
        using var trainer = Tiny.Trainer();
        trainer.Fit(Tiny.Data(), epochs: 10, callbacks:
            [TrainingCallback.Every(at, (trainer, _) => trainer.RequestStop()), new Spy { AtEnd = _ => ends++ }]);

        Assert.Equal((steps, epochs, 1), (trainer.StepCount, trainer.EpochCount, ends));
        trainer.Fit(Tiny.Data(), steps: 1); // it was that run that was asked
        Assert.Equal(steps + 1, trainer.StepCount);
    }

    [Fact]
    public void RequestStop_WhereTheRunBegins_TrainsNothing()
    {
        using var trainer = Tiny.Trainer();
        trainer.RequestStop(); // nothing runs
        trainer.Fit(Tiny.Data(), steps: 2);
        Assert.Equal(2, trainer.StepCount);
        trainer.Fit(Tiny.Data(), steps: 2, callbacks: [new Spy { AtStart = trainer => trainer.RequestStop() }]);
        Assert.Equal(2, trainer.StepCount);
    }

    [Fact]
    public void RequestStop_AtAnEpochsEnd_BeginsNoOther()
    {
        using var trainer = Tiny.Trainer();
        trainer.Fit(Tiny.Data(), epochs: 5, callbacks: [TrainingCallback.EveryEpoch((trainer, epoch) =>
        {
            if (epoch == 2)
                trainer.RequestStop();
        })]);
        Assert.Equal((8, 2), (trainer.StepCount, trainer.EpochCount));
    }

    [Fact]
    public async Task RequestStop_OfPulledSteps_EndsTheLoop()
    {
        using var trainer = Tiny.Trainer();
        foreach (var step in trainer.Steps(Tiny.Data()))
        {
            if (step.Step == 5)
                await Task.Run(trainer.RequestStop, TestContext.Current.CancellationToken);
        }

        Assert.Equal(5, trainer.StepCount);
    }

    private sealed class Spy : TrainingCallback
    {
        internal Action<ITrainer> AtStart { get; init; } = _ => { };

        internal Action<ITrainer> AtEnd { get; init; } = _ => { };

        public override void OnFitStart(ITrainer trainer, FitPlan plan) => AtStart(trainer);

        public override void OnFitEnd(ITrainer trainer) => AtEnd(trainer);
    }
}
