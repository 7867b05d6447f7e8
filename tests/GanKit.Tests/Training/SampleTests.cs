using static TorchSharp.torch.nn;

namespace GanKit.Tests.Training;

public class SampleTests
{
    [Fact]
    public void Sample_Seeded_RepeatsItself_AndLeavesTheRunningRandomStateAlone()
    {
        using var trainer = Tiny.Trainer();
        manual_seed(5);
        using var expected = rand(4);
        manual_seed(5);
        using var first = trainer.Sample(6, seed: 9);
        using var drawn = rand(4);
        using var second = trainer.Sample(6, seed: 9);
        TensorAssert.Equal(expected, drawn);
        TensorAssert.Equal(first, second);
        using var other = trainer.Sample(6, seed: 10);
        Assert.False(first.allclose(other));
    }

    [Fact]
    public void Sample_BatchNormNetwork_UsesRunningStatistics_AndKeepsEachModulesMode()
    {
        var frozen = BatchNorm1d(16);
        var generator = Sequential(Linear(Tiny.LatentSize, 16), frozen, BatchNorm1d(16), ReLU(), Dropout(), Linear(16, 2));
        using var trainer = AdversarialTrainer.Create(generator, Tiny.Discriminator(), Tiny.Objective());
        generator.train();
        frozen.eval();
        var statistics = generator.buffers().Select(buffer => buffer.clone()).ToArray();
        using var many = trainer.Sample(600, seed: 1); // more than one internal batch
        Assert.Equal([600L, 2L], many.shape);
        Assert.False(many.requires_grad);
        Assert.True(generator.training);
        Assert.False(frozen.training);
        using var repeated = trainer.Sample(600, seed: 1); // no dropout
        TensorAssert.Equal(many, repeated);
        Assert.All(statistics.Zip(generator.buffers()), pair => TensorAssert.Equal(pair.First, pair.Second));
    }

    [Fact]
    public void Sample_MoreThanFitAtOnce_GivesEachLatentItsSample()
    {
        using var latent = Latent.Fixed(randn(300, Tiny.LatentSize)); // parts of 256
        using var trainer = Tiny.Trainer(objective: new UnconditionalObjective(latent, AdversarialLoss.Hinge));
        using var samples = trainer.Sample(300);
        using var expected = trainer.Generator.call(latent.Sample(300, CPU));
        TensorAssert.Close(expected.detach(), samples);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(64)]
    [InlineData(300)] // more than one internal batch
    public void Sample_Seeded_APictureBelongsToItsIndex(long count)
    {
        using var generator = Linear(100, 100);
        using (no_grad())
        {
            generator.weight!.copy_(eye(100)); // so that what comes out is the latent
            generator.bias!.zero_();
        }

        using var trainer = AdversarialTrainer.Create(
            generator, Linear(100, 1), new UnconditionalObjective(100, AdversarialLoss.Hinge));
        using var expected = trainer.Sample(301, seed: 7);
        using var samples = trainer.Sample(count, seed: 7);
        TensorAssert.Equal(expected[..(int)count], samples);
    }

    [Fact]
    public void Sample_SeededOnAnotherDevice_Works()
    {
        using var trainer = AdversarialTrainer.Create(
            Sequential(Linear(Tiny.LatentSize, 2)), Tiny.Discriminator(), Tiny.Objective(), new TrainerOptions { Device = META });
        using var samples = trainer.Sample(3, seed: 1);
        Assert.Equal(DeviceType.META, samples.device_type);
    }

    [Fact]
    public void SameSeeds_SameRun()
    {
        var first = Run(seed: 11);
        var second = Run(seed: 11);
        var other = Run(seed: 12);
        Assert.All(first.Zip(second), pair => TensorAssert.Equal(pair.First, pair.Second));
        Assert.False(first[0].allclose(other[0]));

        static Tensor[] Run(long seed)
        {
            using var trainer = Tiny.Trainer(new TrainerOptions { Seed = seed });
            trainer.Fit(Tiny.Data(), epochs: 3);
            return Tiny.Snapshot(trainer.Generator);
        }
    }
}
