using GanKit.Tests.Training;

namespace GanKit.Tests.Monitoring.Best;

/// <summary>The best of a run by a metric, and the end of one that does not improve.</summary>
public sealed class BestTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void EarlyStopping_WithoutImprovement_StopsAfterItsPatience(bool lowerIsBetter)
    {
        double[] values = [5, 4, 4.5, 3, 3.5, 3.2, 3.1, 2, 1];
        var (stopping, steps) = Run([.. values.Select(value => (lowerIsBetter ? value : -value, 0.0))], patience: 3, lowerIsBetter);
        Assert.Equal(7, steps);
        Assert.Equal(4, stopping.Best!.Step);
        Assert.Contains("step 4", Assert.Single(stopping.Events).Text, StringComparison.Ordinal);
    }

    [Fact]
    public void EarlyStopping_ImprovementWithinTheNoise_IsNone_UntilItAddsUp()
    {
        (double, double)[] slow = [(5, 0.5), (4.8, 0.5), (4.6, 0.5), (4.4, 0.5), (4.2, 0.5), (4.0, 0.5)];
        var (stopping, steps) = Run(slow, patience: 5);
        Assert.Equal((6, 5), (steps, stopping.Best!.Step)); // 0.8 is beyond the root of 0.5
        Assert.Equal(4, Run(slow, patience: 3).Steps);
        Assert.Equal(6, Run([.. slow.Select(point => (point.Item1, 0.0))], patience: 3).Steps);
    }

    [Fact]
    public void EarlyStopping_InASecondRun_CountsItsMeasurementsAlone()
    {
        using var trainer = Tiny.Trainer();
        var metric = new MetricCallback(running => new MetricPoint(0, "distance", running.StepCount), every: 1);
        var stopping = new EarlyStopping(metric, patience: 10);
        trainer.Fit(Tiny.Data(), steps: 6, callbacks: [metric, stopping]);
        trainer.Fit(Tiny.Data(), steps: 4, callbacks: [metric, stopping]);
        Assert.Equal((10, 9), (trainer.StepCount, stopping.Since));
    }

    [Fact]
    public void Metric_OfAnotherName_IsWarnedOfByThoseThereAre()
    {
        using var trainer = Tiny.Trainer();
        var metric = new MetricCallback(_ => new MetricPoint(0, "distance", 1), every: 1);
        trainer.Fit(Tiny.Data(), steps: 3, callbacks: [metric, new EarlyStopping(metric, "distence")]);
        Assert.Contains("'distance'", Assert.Single(trainer.Warnings), StringComparison.Ordinal);
    }

    [Fact]
    public void EarlyStopping_OnNaN_CountsNoImprovement()
    {
        var (stopping, steps) = Run([(2, 0), (double.NaN, 0), (double.NaN, 0), (1, 0)], patience: 2);
        Assert.Equal((3, 1), (steps, stopping.Best!.Step));
    }

    [Fact]
    public void EarlyStopping_WithSamplesCloserThanTestData_CountsNoImprovement_AndSaysOverfitting()
    {
        using var trainer = Tiny.Trainer();
        var distances = new MetricCallback(running => (MetricPoint[])
        [
            new(0, "distance", 10 - running.StepCount),
            new(0, "samples", 5 - running.StepCount, 4.5 - running.StepCount, 5.5 - running.StepCount),
            new(0, "test", 2, 1.5, 2.5),
        ], every: 1);
        var stopping = new EarlyStopping(distances, patience: 3, distances: ("samples", "test"));
        trainer.Fit(Tiny.Data(), steps: 20, callbacks: [distances, stopping]);

        // The source has all of a step's points before the metric is looked at: 5 - 5 + 0.5 < 1.5 from step 5 on.
        Assert.Equal(4, stopping.Best!.Step);
        Assert.Equal(["Overfitting", "Early stopping"], stopping.Events.Select(found => found.Title));
        Assert.Equal(7, trainer.StepCount);
    }

    [Fact]
    public void EarlyStopping_OfALoadedRun_KeepsPatienceAndBest()
    {
        double[] values = [3, 2, 4, 4, 4, 4, 4];
        using var whole = Tiny.Trainer();
        var (source, stopping) = Make();
        whole.Fit(Tiny.Data(), steps: 7, callbacks: [source, stopping]);

        using var first = Tiny.Trainer();
        var (sourceOfFirst, stoppingOfFirst) = Make();
        first.Fit(Tiny.Data(), steps: 4, callbacks: [sourceOfFirst, stoppingOfFirst]);
        using var state = first.SaveState();
        using var second = Tiny.Trainer();
        second.LoadState(state);
        var (later, stoppingLater) = Make();
        second.Fit(Tiny.Data(), steps: 3, callbacks: [later, stoppingLater]);

        Assert.Equal(6, whole.StepCount);
        Assert.Equal(whole.StepCount, second.StepCount);
        Assert.Equal((stopping.Best, stopping.Since), (stoppingLater.Best, stoppingLater.Since));
        Assert.Equal(source.Points, later.Points);

        (MetricCallback, EarlyStopping) Make()
        {
            var metric = new MetricCallback(trainer => new MetricPoint(0, "m", values[trainer.StepCount - 1]), every: 1);
            return (metric, new EarlyStopping(metric, patience: 4));
        }
    }

    [Fact]
    public void BestCheckpoint_AtTheEnd_HasTheAveragedWeightsOfTheBestStep()
    {
        using var scope = NewDisposeScope();
        double[] values = [3, 2, 1, 4, 5, 0.9];
        var path = Path.Combine(_folder.Path, "new", "best.safetensors");
        using var trainer = Tiny.Trainer(new() { AverageDecay = 0.9 });
        var metric = new MetricCallback(running => new MetricPoint(
            0, "m", values[running.StepCount - 1], values[running.StepCount - 1] - 0.1, values[running.StepCount - 1] + 0.1), every: 1);
        using var best = new BestCheckpoint(metric, path) { RestoresAtEnd = true };
        Tensor[] averaged = [], raw = [];
        trainer.Fit(Tiny.Data(), steps: 6, callbacks: [metric, best, TrainingCallback.Every(3, Remember)]);

        Assert.Equal(3, best.Best!.Step); // 0.9 is within the noise
        Assert.Equal(3, trainer.StepCount);
        Assert.Equal(raw, Tiny.Snapshot(trainer.Generator), (a, b) => a.equal(b).all().item<bool>());
        using (trainer.UseForInference())
            Assert.Equal(averaged, Tiny.Snapshot(trainer.Generator), (a, b) => a.equal(b).all().item<bool>());
        using var loaded = Tiny.Generator();
        loaded.LoadWeights(path);
        Assert.Equal(averaged, Tiny.Snapshot(loaded), (a, b) => a.equal(b).all().item<bool>());

        void Remember(ITrainer running, StepResult step)
        {
            if (step.Step != 3)
                return;
            raw = Tiny.Snapshot(running.Generator);
            using (running.UseForInference())
                averaged = Tiny.Snapshot(running.Generator);
        }
    }

    [Fact]
    public void BestCheckpoint_OfALoadedRun_KeepsTheBestState()
    {
        double[] values = [3, 1, 4, 5, 6];
        using var first = Tiny.Trainer();
        var (metric, best) = Make();
        first.Fit(Tiny.Data(), steps: 3, callbacks: [metric, best]);
        using var state = first.SaveState();
        best.Dispose();

        using var second = Tiny.Trainer();
        second.LoadState(state);
        var (later, bestLater) = Make();
        second.Fit(Tiny.Data(), steps: 2, callbacks: [later, bestLater]);
        Assert.Equal(2, bestLater.Best!.Step);
        Assert.Equal(2, second.StepCount);
        bestLater.Dispose();

        (MetricCallback, BestCheckpoint) Make()
        {
            var source = new MetricCallback(trainer => new MetricPoint(0, "m", values[Math.Min(trainer.StepCount, 5) - 1]), every: 1);
            return (source, new BestCheckpoint(source) { RestoresAtEnd = true });
        }
    }

    [Fact]
    public void BadArguments_AreRefused()
    {
        var metric = new MetricCallback(_ => new MetricPoint(0, "m", 1), every: 1);
        Assert.Throws<ArgumentOutOfRangeException>(() => new EarlyStopping(metric, patience: 0));
        Assert.Throws<ArgumentOutOfRangeException>(() => new EarlyStopping(metric, leastImprovement: -1));
        Assert.Throws<ArgumentOutOfRangeException>(() => new BestCheckpoint(metric, leastImprovement: -1));
        Assert.Throws<ArgumentOutOfRangeException>(() => new MetricCallback(_ => new MetricPoint(0, "m", 1), every: 0));
    }

    private static (EarlyStopping Stopping, long Steps) Run((double Value, double HalfWidth)[] values, int patience, bool lowerIsBetter = true)
    {
        using var trainer = Tiny.Trainer();
        var metric = new MetricCallback(running =>
        {
            var (value, half) = values[running.StepCount - 1];
            return new MetricPoint(0, "m", value, value - half, value + half, lowerIsBetter);
        }, every: 1);
        var stopping = new EarlyStopping(metric, patience: patience);
        trainer.Fit(Tiny.Data(), steps: values.Length, callbacks: [metric, stopping]);
        return (stopping, trainer.StepCount);
    }
}
