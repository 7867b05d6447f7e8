using GanKit.Layers;
using static TorchSharp.torch.nn;

namespace GanKit.Tests.PyTorchParity;

/// <summary>The trainers that Fixtures/trajectories.py has in PyTorch, from the start that it wrote down.</summary>
internal static class TrajectoryRecipe
{
    /// <summary>
    /// Makes the trainer of a recipe; all of it belongs to the current dispose scope but the trainer's own tensors.
    /// </summary>
    public static AdversarialTrainer<DcganGenerator, Module<Tensor, Tensor>> Trainer(
        string recipe, IReadOnlyDictionary<string, Tensor> fixture, ScalarType dtype, Precision? precision = null)
    {
        var generator = new DcganGenerator(imageSize: 16, channels: 1, latentSize: 8, width: 4);
        generator.LoadFixture(fixture, "generator").to(dtype);
        var discriminator = Discriminator(recipe);
        discriminator.LoadFixture(fixture, $"{recipe}.start").to(dtype);
        var latent = new ScriptedLatent(fixture["latents"].to(dtype));
        var mixes = fixture["mixes"].to(dtype);
        var defaults = new TrainerOptions { Precision = precision ?? Precision.Float32 };
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

    /// <summary>
    /// WGAN-GP with the recorded mixing factors. PyTorch's script mixes as mix * real + (1 - mix) * fake.
    /// </summary>
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
