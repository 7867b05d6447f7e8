using GanKit.Tests.Training;

namespace GanKit.Tests.Monitoring.Health;

public class TrainingHealthTests
{
    [Fact]
    public void Readings_LeaveTheRunAsItIs()
    {
        var (with, without) = (Train(health: true), Train(health: false));
        Assert.Equal(without, with);

        static float[] Train(bool health)
        {
            using var scope = NewDisposeScope();
            using var trainer = Tiny.Trainer(new() { Seed = 2 });
            using var readings = new TrainingHealth(Tiny.Data(), every: 3);
            trainer.Fit(Tiny.Data(), steps: 10, callbacks: health ? [readings] : []);
            Assert.Equal(health ? 3 : 0, readings.Readings.Count);
            return [.. Tiny.Snapshot(trainer.Generator).Concat(Tiny.Snapshot(trainer.Discriminator)).SelectMany(tensor => tensor.data<float>().ToArray())];
        }
    }

    [Fact]
    public void Reading_OfARun_IsWhatTheNetworksSay()
    {
        using var scope = NewDisposeScope();
        using var trainer = Tiny.Trainer();
        using var health = new TrainingHealth(Tiny.Data(60), every: 10) { Samples = 10 };
        double gradient = 0, logit = 0;
        trainer.Fit(Tiny.Data(), steps: 10, callbacks: [TrainingCallback.Every(10, Look), health]);

        var reading = Assert.Single(health.Readings);
        Assert.Equal(10, reading.Step);
        Assert.Equal(gradient, reading.DiscriminatorGradient, 1e-5);
        Assert.Equal(logit, reading.RealLogit, 1e-5);
        Assert.InRange(reading.RealAccuracy, 0, 1);
        Assert.InRange(reading.HeldOutAccuracy, 0, 1);
        Assert.InRange(reading.Separation, 0, 1);
        Assert.InRange(reading.Memorization, 0.2, 0.8); // both are of one distribution, and it saw either hardly
        Assert.InRange(reading.Distance, 0.1, 1); // an untrained generator's samples are no ring
        Assert.True(reading.Diversity < 0.5);
        Assert.InRange(reading.DataDiversity, 0.5, 1.5);
        Assert.Null(reading.NotFinite);
        Assert.Equal("distance to the data", health.Points[0].Name);
        Assert.All(health.Points, point => Assert.Equal(10, point.Step));

        void Look(ITrainer running, StepResult step)
        {
            gradient = Math.Sqrt(running.Discriminator.parameters().Sum(parameter => parameter.grad!.square().sum().item<float>()));
            using var batch = running.CopyBatch();
            logit = trainer.Discriminator.call(batch.Real).mean().item<float>();
        }
    }

    [Fact]
    public void Reading_WithoutHeldOutData_SaysNothingOfIt()
    {
        using var trainer = Tiny.Trainer();
        using var health = new TrainingHealth(every: 2);
        trainer.Fit(Tiny.Data(), steps: 2, callbacks: [health]);
        var reading = Assert.Single(health.Readings);
        Assert.True(double.IsNaN(reading.HeldOutAccuracy) && double.IsNaN(reading.Overfitting) && double.IsNaN(reading.DataDiversity));
        Assert.True(double.IsFinite(reading.Distance));
        Assert.DoesNotContain(health.Points, point => point.Name.Contains("held-out", StringComparison.Ordinal));
    }

    [Fact]
    public void Features_AreWhatSamplesAreComparedBy()
    {
        using var trainer = Tiny.Trainer();
        using var health = new TrainingHealth(every: 1) { Features = samples => samples.pow(0) + arange(samples.shape[0], float32).unsqueeze(1) };
        trainer.Fit(Tiny.Data(), steps: 1, callbacks: [health]);
        var reading = Assert.Single(health.Readings);
        Assert.Equal(1, reading.Diversity, 1e-5); // the same numbers for both
    }

    /// <summary>The batches that readings look at are of the state, also where held-out data come in another order.</summary>
    [Fact]
    public void Readings_AfterAResume_AreThoseOfTheRunThatNeverStopped()
    {
        using var whole = Tiny.Trainer();
        using var health = new TrainingHealth(Tiny.Data(), every: 2) { Samples = 20 };
        State? middle = null;
        whole.Fit(Tiny.Data(), steps: 10, callbacks: [health, TrainingCallback.Every(5, (running, _) => middle ??= running.SaveState())]);

        using var again = Tiny.Trainer();
        using var resumed = new TrainingHealth(Batches.FromTensor(Toy.EightGaussians(40, seed: 9), 10, seed: 7), every: 2) { Samples = 20 };
        using (middle)
            again.LoadState(middle!);
        again.Fit(Tiny.Data(), steps: 5, callbacks: [resumed]);
        Assert.Equal(health.Readings, resumed.Readings);
    }

    [Fact]
    public void Readings_OfALoadedRun_GoOn()
    {
        using var first = Tiny.Trainer();
        using var health = new TrainingHealth(Tiny.Data(), every: 2);
        first.Fit(Tiny.Data(), steps: 4, callbacks: [health]);
        using var state = first.SaveState();

        using var second = Tiny.Trainer();
        second.LoadState(state);
        using var resumed = new TrainingHealth(Tiny.Data(), every: 2);
        second.Fit(Tiny.Data(), steps: 2, callbacks: [resumed]);

        Assert.Equal(health.Readings, resumed.Readings.Take(2));
        Assert.Equal(health.Points, resumed.Points.Take(health.Points.Count));
        Assert.Equal([2, 4, 6], resumed.Readings.Select(reading => reading.Step));
    }

    [Fact]
    public void BadArguments_AreRefused()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => new TrainingHealth(every: 0));
        Assert.Throws<ArgumentOutOfRangeException>(() => new TrainingHealth { Samples = 3 });
        using var trainer = Tiny.Trainer();
        using var health = new TrainingHealth(heldOut: []);
        var error = Assert.Throws<ArgumentException>(() => trainer.Fit(Tiny.Data(), steps: 1, callbacks: [health]));
        Assert.Contains("held-out", error.Message, StringComparison.Ordinal);
    }
}
