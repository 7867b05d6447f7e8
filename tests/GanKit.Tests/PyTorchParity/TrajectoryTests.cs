using GanKit.Layers;
using static TorchSharp.torch.nn;

namespace GanKit.Tests.PyTorchParity;

/// <summary>Twenty whole training steps against real PyTorch: Fixtures/trajectories.py.</summary>
public class TrajectoryTests
{
    private const int Steps = 20;

    [Theory]
    [InlineData("bce", ScalarType.Float64)]
    [InlineData("bce", ScalarType.Float32)]
    [InlineData("lsgan", ScalarType.Float64)]
    [InlineData("lsgan", ScalarType.Float32)]
    [InlineData("hinge_sn", ScalarType.Float64)]
    [InlineData("hinge_sn", ScalarType.Float32)]
    [InlineData("wgan_gp", ScalarType.Float64)]
    [InlineData("wgan_gp", ScalarType.Float32)]
    public void TwentySteps_FromTheSameStart_EndWherePyTorchDoes(string recipe, ScalarType dtype)
    {
        using var scope = NewDisposeScope();
        var fixture = Fixture.Load("trajectories");
        var run = $"{recipe}.{(dtype == ScalarType.Float64 ? "float64" : "float32")}";
        // Twenty Adam steps amplify float32 rounding where a gradient is nearly zero; float64 shows the arithmetic is the same.
        var (relative, absolute) = dtype == ScalarType.Float64 ? (1e-6, 1e-9) : (1e-3, 2e-5);

        var generator = new DcganGenerator(imageSize: 16, channels: 1, latentSize: 8, width: 4);
        generator.LoadFixture(fixture, "generator").to(dtype);
        var discriminator = Discriminator(recipe);
        discriminator.LoadFixture(fixture, $"{recipe}.discriminator").to(dtype);
        using var trainer = Trainer(recipe, generator, discriminator, new ScriptedLatent(fixture["latents"].to(dtype)), fixture["mixes"].to(dtype));

        var data = fixture["data"].to(dtype);
        var losses = fixture[$"{run}.losses"];
        for (var step = 0; step < Steps; step++)
        {
            using var batch = new Batch(data[step % data.shape[0]].clone());
            var result = trainer.Step(batch);
            AssertLoss(losses[step, 0].item<double>(), result.DiscriminatorLoss, relative);
            AssertLoss(losses[step, 1].item<double>(), result.GeneratorLoss, relative);
        }

        generator.AssertEqualsFixture(fixture, $"{run}.generator", relative, absolute);
        discriminator.AssertEqualsFixture(fixture, $"{run}.discriminator", relative, absolute);
    }

    private static void AssertLoss(double expected, double actual, double relative)
    {
        // Logged values are float32 whatever the networks are.
        if (double.IsNaN(expected))
            Assert.True(double.IsNaN(actual), "The generator was updated in a step in which PyTorch did not.");
        else
            Assert.Equal(expected, actual, Math.Max(relative, 1e-6) * Math.Max(1, Math.Abs(expected)));
    }

    private static AdversarialTrainer<DcganGenerator, Module<Tensor, Tensor>> Trainer(
        string recipe, DcganGenerator generator, Module<Tensor, Tensor> discriminator, Latent latent, Tensor mixes)
    {
        var defaults = new TrainerOptions();
        var (objective, options) = recipe switch
        {
            "bce" => (new UnconditionalObjective(latent, AdversarialLoss.NonSaturating), defaults),
            "lsgan" => (new UnconditionalObjective(latent, AdversarialLoss.LeastSquares), defaults),
            "hinge_sn" => (new UnconditionalObjective(latent, AdversarialLoss.Hinge), defaults),
            "wgan_gp" => (
                new UnconditionalObjective(latent, AdversarialLoss.Wasserstein, new ScriptedGradientPenalty(mixes)),
                defaults with { LearningRate = 1e-4, Betas = (0, 0.9), DiscriminatorSteps = 2, ReuseFakes = false }),
            _ => throw new ArgumentOutOfRangeException(nameof(recipe), recipe, "No such recipe."),
        };
        return new(generator, discriminator, objective, options);
    }

    private static Module<Tensor, Tensor> Discriminator(string recipe) => recipe switch
    {
        "wgan_gp" => Sequential(
            Conv2d(1, 4, 4, stride: 2, padding: 1), LeakyReLU(0.2),
            Conv2d(4, 8, 4, stride: 2, padding: 1), LeakyReLU(0.2),
            Conv2d(8, 1, 4), Flatten()),
        "hinge_sn" => Sequential(
            new SpectralNormConv2d(1, 4, 4, stride: 2, padding: 1), LeakyReLU(0.2),
            new SpectralNormConv2d(4, 8, 4, stride: 2, padding: 1), LeakyReLU(0.2),
            new SpectralNormConv2d(8, 1, 4), Flatten()),
        _ => new DcganDiscriminator(imageSize: 16, channels: 1, width: 4),
    };

    /// <summary>Gives out the recorded latents, one draw after another.</summary>
    private sealed class ScriptedLatent(Tensor draws) : Latent
    {
        private long _next;

        public override long Size => draws.shape[2];

        public override Tensor Sample(long count, Device device, Generator? generator = null)
        {
            Assert.Equal(draws.shape[1], count);
            return draws[_next++].clone();
        }
    }

    /// <summary>WGAN-GP with the recorded mixing factors. PyTorch's script mixes as mix * real + (1 - mix) * fake.</summary>
    private sealed class ScriptedGradientPenalty(Tensor mixes) : IRegularizer
    {
        private readonly GradientPenalty _penalty = new();
        private long _next;

        public string Name => _penalty.Name;

        public double Weight => _penalty.Weight;

        public int Interval => _penalty.Interval;

        public Tensor Penalty(Func<Tensor, Tensor> critic, Tensor real, Tensor fake) =>
            _penalty.PenaltyAt(critic, real, fake, mixes[_next++]);
    }
}
