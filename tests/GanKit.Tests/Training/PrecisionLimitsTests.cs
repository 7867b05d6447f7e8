namespace GanKit.Tests.Training;

/// <summary>What lower precision can't do: float16's range, and what is refused.</summary>
public class PrecisionLimitsTests
{
    [Fact]
    public void Step_InFloat16_GradientsAreThoseWithoutAScale()
    {
        using var scaled = Tiny.Trainer(new TrainerOptions { Precision = Precision.Float16 });
        using var plain = Tiny.Trainer(new TrainerOptions());
        foreach (var trainer in new[] { scaled, plain })
        {
            manual_seed(7);
            using var batch = Tiny.Batch();
            trainer.Step(batch);
        }

        foreach (var (expected, actual) in plain.Discriminator.parameters().Zip(scaled.Discriminator.parameters()))
            TensorAssert.Close(expected.grad!, actual.grad!, relative: 0.02, absolute: 2e-3);
    }

    /// <summary>The limit is of the gradients that the optimiser sees, not of those 65536 times as large.</summary>
    [Fact]
    public void Step_InFloat16_ClipsGradientsOnceTheyAreUnscaled()
    {
        using var trainer = Tiny.Trainer(new TrainerOptions { Precision = Precision.Float16, MaxGradientNorm = 0.01 });
        using var batch = Tiny.Batch();
        trainer.Step(batch);
        var norm = Math.Sqrt(trainer.Discriminator.parameters().Sum(weight => weight.grad!.square().sum().item<float>()));
        Assert.Equal(0.01, norm, 1e-4);
    }

    [Fact]
    public void Step_InFloat16_GradientsTooLarge_LeavesThatNetworkAlone_AndScalesLess()
    {
        // 65536 times this weight is infinite in float16's gradients, and a 512th of that is not.
        var loss = new UnconditionalObjective(Tiny.LatentSize, new ScaledLoss(64));
        using var trainer = Tiny.Trainer(new TrainerOptions { Precision = Precision.Float16 }, loss);
        using var batch = Tiny.Batch();
        var before = Tiny.Snapshot(trainer.Discriminator);
        trainer.Step(batch);
        Assert.All(
            before.Zip(trainer.Discriminator.parameters()), pair => TensorAssert.Equal(pair.First, pair.Second.detach()));

        for (var step = 0; step < 20; step++)
            trainer.Step(batch);
        Assert.False(before[0].equal(trainer.Discriminator.parameters().First()).all().item<bool>());
    }

    [Fact]
    public void Validate_NoPrecision_OrOneThatTheDeviceLacks_SaysWhatIsAllowed()
    {
        Assert.Throws<ArgumentNullException>("Precision", () => new TrainerOptions { Precision = null! });

        var meta = Assert.Throws<ArgumentException>(
            () => new TrainerOptions { Device = META, Precision = Precision.BFloat16 }.Validate());
        Assert.Contains("bfloat16", meta.Message, StringComparison.Ordinal);
        Assert.Contains("meta", meta.Message, StringComparison.Ordinal);
        new TrainerOptions { Device = META }.Validate();
    }

    [Theory]
    [InlineData(ScalarType.Float64)]
    [InlineData(ScalarType.BFloat16)]
    public void Create_WeightsOfAnotherType_IsRefusedInLowerPrecision(ScalarType dtype)
    {
        var error = Assert.Throws<ArgumentException>(() => AdversarialTrainer.Create(
            Tiny.Generator().to(dtype), Tiny.Discriminator(), Tiny.Objective(),
            new TrainerOptions { Precision = Precision.BFloat16 }));
        Assert.Contains(dtype.ToString(), error.Message, StringComparison.Ordinal);
        Assert.Contains("generator", error.Message, StringComparison.Ordinal);
    }

    private sealed class ScaledLoss(double factor) : IAdversarialLoss
    {
        public Tensor DiscriminatorLoss(Tensor realLogits, Tensor fakeLogits) =>
            factor * AdversarialLoss.Wasserstein.DiscriminatorLoss(realLogits, fakeLogits);

        public Tensor GeneratorLoss(Tensor fakeLogits, Tensor? realLogits = null) =>
            factor * AdversarialLoss.Wasserstein.GeneratorLoss(fakeLogits);

        public Tensor Score(Tensor logits) => logits.mean();
    }
}
