using static TorchSharp.torch.nn;

namespace GanKit.Tests.Training;

public class ResourceTests
{
    private static readonly TrainerOptions Everything = new()
    {
        AverageDecay = 0.99,
        MaxGradientNorm = 1,
        GradientAccumulation = 2,
        Schedule = LearningRateSchedule.Cosine(1000),
    };

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void FiveHundredSteps_LeaveTheNumberOfLiveTensorsFlat(bool everyOption)
    {
        using var trainer = Tiny.Trainer(
            everyOption ? Everything : null, Tiny.Objective(new GradientPenalty(), new R1Penalty(interval: 4)));
        var data = Tiny.Data();
        trainer.Fit(data, steps: 20);
        var before = LiveTensors.OfThisThread;
        foreach (var step in trainer.Steps(data, steps: 500))
        {
            if (step.Step % 50 == 0)
                Assert.NotEmpty(step.Metrics);
        }

        Assert.Equal(before, LiveTensors.OfThisThread);

        using (trainer.Sample(300))
        {
        }

        Assert.Equal(before, LiveTensors.OfThisThread);
    }

    [Fact]
    public void Trainer_FromItsMakingToItsDisposal_LeavesNoTensor()
    {
        var data = Tiny.Data();
        // buffers are averaged too
        using var generator = Sequential(Linear(Tiny.LatentSize, 16), BatchNorm1d(16), Linear(16, 2));
        using var discriminator = Tiny.Discriminator();
        var before = LiveTensors.OfThisThread;
        using (var trainer = AdversarialTrainer.Create(generator, discriminator, Tiny.Objective(), Everything))
        {
            trainer.Fit(data, steps: 3);
            using var samples = trainer.Sample(4);
            using (trainer.UseForInference())
            {
                using var again = trainer.Sample(4, averaged: false);
            }
        }

        // Adam's state is two tensors a parameter, which TorchSharp disposes; gradients belong to the networks.
        Assert.Equal(before, LiveTensors.OfThisThread);
    }

    [Theory]
    [InlineData(200)]
    [InlineData(2_000, Explicit = true)] // eng/test.sh --long
    public void ThreeTimesManySteps_LeaveTheResidentSizeFlatAfterWarmUp(int steps)
    {
        // Convolutions, so that libtorch's own caches take part. One image batch is 64 KiB: a leak of one a step is
        // 12.5 MiB in 200.
        using var trainer = AdversarialTrainer.Create(
            new DcganGenerator(imageSize: 16, channels: 1, latentSize: 8, width: 4), new DcganDiscriminator(
                imageSize: 16, channels: 1, width: 4),
            new UnconditionalObjective(8, AdversarialLoss.NonSaturating));
        using var data = randn(64, 1, 16, 16).clamp_(-1, 1);
        var batches = Batches.FromTensor(data, batchSize: 64);
        trainer.Fit(batches, steps: 200);

        // A leak grows in each of the three parts, whereas a heap that settles, or a machine under load, is still in
        // one of them.
        var growth = Enumerable.Range(0, 3).Select(_ => GrowthOf(() => trainer.Fit(batches, steps: steps))).ToArray();

        Assert.True(
            growth.Min() < 4, $"The resident size grew by {string.Join(", ", growth)} MiB in three times {steps} steps.");
    }

    [Fact]
    public void Step_OnTheMetaDevice_TouchesNoValue()
    {
        // The meta device has shapes and no data: a value read back, or a tensor made on the CPU, fails there.
        var options = Everything with { Device = META };
        using var trainer = AdversarialTrainer.Create(
            Sequential(Linear(Tiny.LatentSize, 16), LeakyReLU(0.2), Linear(16, 2)), Tiny.Discriminator(),
            Tiny.Objective(new R1Penalty(), new GradientPenalty()), options);
        using var batch = new Batch(zeros([10, 2], device: META));
        for (var step = 0; step < 3; step++)
            Assert.True(trainer.Step(batch).GeneratorUpdated);
        Assert.All(trainer.Generator.parameters(), parameter => Assert.Equal(DeviceType.META, parameter.device_type));
    }

    private static double GrowthOf(Action work)
    {
        var before = ResidentMiB();
        work();
        return ResidentMiB() - before;
    }

    private static double ResidentMiB()
    {
        GC.Collect();
        GC.WaitForPendingFinalizers();
        // Gives back what it frees: memory that .NET keeps to allocate from is no leak.
        GC.Collect(GC.MaxGeneration, GCCollectionMode.Aggressive, blocking: true, compacting: true);
        using var process = System.Diagnostics.Process.GetCurrentProcess();
        return process.WorkingSet64 / (1024.0 * 1024);
    }
}
