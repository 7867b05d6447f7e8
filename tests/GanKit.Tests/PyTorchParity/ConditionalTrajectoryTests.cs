using GanKit.Layers;

namespace GanKit.Tests.PyTorchParity;

/// <summary>Ten whole training steps of conditional GANs against real PyTorch: Fixtures/conditional_trajectories.py.</summary>
public class ConditionalTrajectoryTests
{
    private const int Size = 4; // of a batch

    // A bias before batch norm has a gradient of nothing but rounding errors, and Adam makes steps of them.
    private const double NoiseOfCancelledBiases = 1e-8;

    private static readonly Conditioning Three = Conditioning.Classes(3);

    [Theory]
    [InlineData("projection_dcgan", 16)]
    [InlineData("projection_resnet", 32)]
    public void Projection_FromTheSameStart_EndsWherePyTorchDoes(string recipe, int imageSize)
    {
        using var scope = NewDisposeScope();
        var generator = new ConditionalDcganGenerator(Three, imageSize, channels: 1, latentSize: 4, width: 2, conditionalNorm: true);
        var discriminator = recipe == "projection_dcgan"
            ? ProjectionDiscriminator.Dcgan(Three, imageSize, channels: 1, width: 2)
            : ProjectionDiscriminator.Resnet(Three, imageSize, channels: 1, width: 2);

        Check(recipe, imageSize, generator, discriminator, AdversarialLoss.Hinge, new TrainerOptions
        {
            Betas = (0, 0.9),
            DiscriminatorSteps = 2,
            Order = StepOrder.GeneratorFirst,
            ReuseFakes = false,
        });
    }

    [Fact]
    public void ProjectionGan_FromTheSameStart_EndsWherePyTorchDoes()
    {
        using var scope = NewDisposeScope();
        var generator = new ConditionalSnganGenerator(Three, channels: 1, latentSize: 4, width: 2);
        var discriminator = ProjectionDiscriminator.Resnet(Three, channels: 1, width: 2);

        Check("projection_gan", 32, generator, discriminator, AdversarialLoss.Hinge, TrainerOptions.ProjectionGan, NoiseOfCancelledBiases);
    }

    [Fact]
    public void Concatenation_FromTheSameStart_EndsWherePyTorchDoes()
    {
        using var scope = NewDisposeScope();
        var generator = new ConditionalDcganGenerator(Three, imageSize: 16, channels: 1, latentSize: 4, width: 2, embeddingSize: 3);
        var discriminator = new ConditionalDcganDiscriminator(Three, imageSize: 16, channels: 1, width: 2);

        Check("concatenation", 16, generator, discriminator, AdversarialLoss.NonSaturating, new TrainerOptions());
    }

    private static void Check(
        string recipe, int imageSize, nn.Module<Tensor, Tensor, Tensor> generator, nn.Module<Tensor, Tensor, Tensor> discriminator,
        IAdversarialLoss loss, TrainerOptions options, double noise = 1e-10)
    {
        var fixture = Fixture.Load("conditional_trajectories");
        var losses = fixture[$"{recipe}.losses"];
        ReferenceNetworks.Fill(generator.to(float64));
        ReferenceNetworks.Fill(discriminator.to(float64));
        using var trainer = AdversarialTrainer.Create(generator, discriminator, new ConditionalObjective(new PatternLatent(), loss), options);

        for (var step = 0; step < losses.shape[0]; step++)
        {
            using var batch = new Batch(
                ReferenceNetworks.Pattern($"x{step}", Size, 1, imageSize, imageSize), (arange(Size, dtype: int64) + step) % 3);
            var result = trainer.Step(batch);
            AssertLoss(losses[step, 0].item<double>(), result.DiscriminatorLoss);
            AssertLoss(losses[step, 1].item<double>(), result.GeneratorLoss);
        }

        Assert.Equal(10 * options.DiscriminatorSteps, trainer.StepCount);
        generator.AssertEqualsFixture(fixture, $"{recipe}.generator", 1e-8, noise);
        discriminator.AssertEqualsFixture(fixture, $"{recipe}.discriminator", 1e-8, noise);
    }

    // Logged values are float32 whatever the networks are. NaN: PyTorch did not update the generator in that step.
    private static void AssertLoss(double expected, double actual)
    {
        if (double.IsNaN(expected))
            Assert.True(double.IsNaN(actual), "The generator was updated in a step in which PyTorch did not.");
        else
            Assert.Equal(expected, actual, 1e-6 * Math.Max(1, Math.Abs(expected)));
    }

    /// <summary>Gives out one pattern after another.</summary>
    private sealed class PatternLatent : Latent
    {
        private int _draws;

        public override long Size => 4;

        public override Tensor Sample(long count, Device device, Generator? generator = null) =>
            ReferenceNetworks.Pattern($"z{_draws++}", count, Size);
    }
}
