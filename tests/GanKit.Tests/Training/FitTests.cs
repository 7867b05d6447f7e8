namespace GanKit.Tests.Training;

public class FitTests
{
    [Fact]
    public void Fit_Epochs_TrainsOnEveryBatchOfEach_AndCallsBackInOrder()
    {
        var log = new Recorder();
        using var trainer = Tiny.Trainer();
        trainer.Fit(Tiny.Data(samples: 40, batchSize: 20), epochs: 2, callbacks: [log]);

        Assert.Equal(
            ["start total=4 per epoch=2 epochs=2", "step 1 epoch 1", "step 2 epoch 1", "epoch 1", "step 3 epoch 2",
                "step 4 epoch 2", "epoch 2", "end"],
            log.Events);
        Assert.Equal((4, 2), (trainer.StepCount, trainer.EpochCount));
    }

    [Fact]
    public void Fit_Steps_GoesOverTheDataAsOftenAsItTakes()
    {
        using var trainer = Tiny.Trainer();
        trainer.Fit(Tiny.Data(samples: 40, batchSize: 20), steps: 5);
        Assert.Equal((5, 2), (trainer.StepCount, trainer.EpochCount));
        trainer.Fit(Tiny.Data(samples: 40, batchSize: 20), steps: 1);
        Assert.Equal(6, trainer.StepCount);
    }

    [Theory]
    [InlineData(4, 2)] // ends with the second epoch
    [InlineData(3, 1)]
    public void Fit_Steps_CountsAnEpochThatEndsWithTheLastStep(long steps, long epochs)
    {
        var log = new Recorder();
        using var trainer = Tiny.Trainer();
        trainer.Fit(Tiny.Data(samples: 40, batchSize: 20), steps: steps, callbacks: [log]);
        Assert.Equal(epochs, trainer.EpochCount);
        Assert.Equal(epochs, log.Events.Count(text => text.StartsWith("epoch", StringComparison.Ordinal)));
        trainer.Fit(Tiny.Data(samples: 40, batchSize: 20), steps: 1, callbacks: [log]);
        Assert.Contains($"step {steps + 1} epoch {epochs + 1}", log.Events);
    }

    [Fact]
    public void Fit_StepsOnDataOfUnknownLength_DrawsNoMoreThanItTrainsOn()
    {
        var drawn = 0;
        using var trainer = Tiny.Trainer();
        trainer.Fit(Endless(), steps: 3);
        Assert.Equal((3, 3), (trainer.StepCount, drawn));

        IEnumerable<Batch> Endless()
        {
            while (true)
            {
                drawn++;
                using var batch = Tiny.Batch();
                yield return batch;
            }
        }
    }

    [Fact]
    public void Fit_CancelledInTheLastStep_IsComplete()
    {
        using var source = new CancellationTokenSource();
        var log = new Recorder { AfterStep = step => { if (step == 4) source.Cancel(); } };
        using var trainer = Tiny.Trainer();
        trainer.Fit(Tiny.Data(samples: 40, batchSize: 20), epochs: 2, callbacks: [log], cancellationToken: source.Token);
        Assert.Equal((4, 2), (trainer.StepCount, trainer.EpochCount));
    }

    [Fact]
    public void Fit_CallbackFailsToStart_ClosesThoseThatStarted_AndNoOther()
    {
        var (first, failing, last) = (
            new Recorder(), new Recorder { AtStart = () => throw new IOException("locked") }, new Recorder());
        using var trainer = Tiny.Trainer();
        Assert.Throws<IOException>(() => trainer.Fit(Tiny.Data(), epochs: 1, callbacks: [first, failing, last]));
        Assert.Equal("end", first.Events[^1]);
        Assert.Equal("end", failing.Events[^1]);
        Assert.Empty(last.Events);
        Assert.Equal(0, trainer.StepCount);
    }

    [Fact]
    public void Steps_Pulled_TrainsOnlyWhatIsAskedFor()
    {
        using var trainer = Tiny.Trainer();
        foreach (var step in trainer.Steps(Tiny.Data()))
        {
            if (step.Step == 7)
                break;
        }

        Assert.Equal(7, trainer.StepCount);
        Assert.Equal(3, trainer.Steps(Tiny.Data(), steps: 3).Count());
    }

    [Fact]
    public void Fit_Cancelled_StopsBetweenSteps_AndClosesCallbacks()
    {
        using var source = new CancellationTokenSource();
        var log = new Recorder { AfterStep = step => { if (step == 3) source.Cancel(); } };
        using var trainer = Tiny.Trainer();
        Assert.Throws<OperationCanceledException>(
            () => trainer.Fit(Tiny.Data(), epochs: 100, callbacks: [log], cancellationToken: source.Token));
        Assert.Equal(3, trainer.StepCount);
        Assert.Equal("end", log.Events[^1]);
        trainer.Fit(Tiny.Data(), steps: 1);
        Assert.Equal(4, trainer.StepCount);
    }

    [Fact]
    public void Fit_CallbackThrows_ClosesTheOthers()
    {
        var log = new Recorder();
        var failing = new Recorder { AfterStep = _ => throw new IOException("disk full") };
        using var trainer = Tiny.Trainer();
        Assert.Throws<IOException>(() => trainer.Fit(Tiny.Data(), epochs: 1, callbacks: [log, failing]));
        Assert.Equal("end", log.Events[^1]);
    }

    [Fact]
    public void Fit_CallbackFailsToClose_ClosesTheOthers_AndReportsTheFirstFailure()
    {
        var log = new Recorder();
        using var trainer = Tiny.Trainer();
        var error = Assert.Throws<IOException>(() => trainer.Fit(Tiny.Data(), epochs: 1, callbacks:
            [new Recorder { AtEnd = () => throw new IOException("first") },
                new Recorder { AtEnd = () => throw new IOException("second") }, log]));
        Assert.Equal("first", error.Message);
        Assert.Equal("end", log.Events[^1]);
    }

    [Theory]
    [InlineData(null, null, "give epochs or steps")]
    [InlineData(1L, 1L, "not both")]
    [InlineData(0L, null, "at least 1 epoch")]
    [InlineData(null, -3L, "at least 1 step")]
    public void Fit_LengthIsWrong_SaysWhatIsAllowed(long? epochs, long? steps, string message)
    {
        using var trainer = Tiny.Trainer();
        var error = Assert.ThrowsAny<ArgumentException>(() => trainer.Fit(Tiny.Data(), epochs, steps));
        Assert.Contains(message, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Fit_NoBatches_SaysSo()
    {
        using var trainer = Tiny.Trainer();
        var error = Assert.Throws<InvalidOperationException>(() => trainer.Fit([], steps: 10));
        Assert.Contains("yields no batch", error.Message, StringComparison.Ordinal);
    }

    private sealed class Recorder : TrainingCallback
    {
        internal List<string> Events { get; } = [];

        internal Action<long>? AfterStep { get; init; }

        internal Action? AtStart { get; init; }

        internal Action? AtEnd { get; init; }

        public override void OnFitStart(ITrainer trainer, FitPlan plan)
        {
            Events.Add($"start total={plan.TotalSteps} per epoch={plan.StepsPerEpoch} epochs={plan.Epochs}");
            AtStart?.Invoke();
        }

        public override void OnStep(ITrainer trainer, StepResult step)
        {
            Events.Add($"step {step.Step} epoch {step.Epoch}");
            AfterStep?.Invoke(step.Step);
        }

        public override void OnEpochEnd(ITrainer trainer, long epoch) => Events.Add($"epoch {epoch}");

        public override void OnFitEnd(ITrainer trainer)
        {
            Events.Add("end");
            AtEnd?.Invoke();
        }
    }
}
