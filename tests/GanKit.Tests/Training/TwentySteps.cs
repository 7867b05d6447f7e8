using GanKit.Layers;
using static TorchSharp.torch.nn;

namespace GanKit.Tests.Training;

/// <summary>Twenty steps of small GANs of every kind, to tell whether another way to compute them gives the same.</summary>
internal static class TwentySteps
{
    private const int Size = 32; // the least of a U-Net

    private static readonly Dictionary<string, Func<Run>> Recipes = new()
    {
        ["dcgan"] = () => new Run<DcganGenerator, DcganDiscriminator>(
            new(imageSize: Size, channels: 3, latentSize: 8, width: 4), new(imageSize: Size, channels: 3, width: 4),
            new UnconditionalObjective(new WideLatent(), AdversarialLoss.NonSaturating)),
        ["sngan"] = () => new Run<SnganGenerator, SnganDiscriminator>(
            new(imageSize: 32, latentSize: 8, width: 8), new(imageSize: 32, width: 8), new UnconditionalObjective(new WideLatent(), AdversarialLoss.Hinge)),
        ["wgan-gp"] = () => new Run<DcganGenerator, Module<Tensor, Tensor>>(
            new(imageSize: Size, channels: 3, latentSize: 8, width: 4), Critic(),
            new UnconditionalObjective(new WideLatent(), AdversarialLoss.Wasserstein, new GradientPenalty())),
        ["mlp"] = () => new Run<MlpGenerator, MlpDiscriminator>(
            new((3, Size, Size), latentSize: 8), new((3, Size, Size)), new UnconditionalObjective(new WideLatent(), AdversarialLoss.LeastSquares)),
        ["relativistic"] = () => new Run<DcganGenerator, Module<Tensor, Tensor>>(
            new(imageSize: Size, channels: 3, latentSize: 8, width: 4), Critic(),
            new UnconditionalObjective(new WideLatent(), AdversarialLoss.RelativisticAverage, new R1Penalty())),
        ["pix2pix"] = () => new Run<UnetGenerator, PatchDiscriminator>(
            new(downs: 5, width: 4), new(6, width: 4, layers: 1), new PairedObjective()),
        ["pix2pixhd"] = () => new Run<ResnetGenerator, MultiScaleDiscriminator>(
            new(width: 4, blocks: 1), new(6, width: 4, layers: 1, scales: 2, norm: Norm.Instance),
            new PairedObjective { Loss = AdversarialLoss.LeastSquares, ReconstructionWeight = 0, FeatureMatchingWeight = 10 }),
        ["cyclegan"] = () => new Run<CyclePair<ResnetGenerator>, DomainPair<PatchDiscriminator>>(
            new(() => new ResnetGenerator(width: 4, blocks: 1)),
            new(() => new PatchDiscriminator(3, width: 4, layers: 1, norm: Norm.Instance)),
            new CycleObjective { PoolSeed = 1, PoolSize = 3 }),
    };

    internal static IEnumerable<string> Names => Recipes.Keys;

    /// <summary>Trains from one and the same start.</summary>
    /// <param name="name">Which GAN.</param>
    /// <param name="options">How; every recipe is trained with the same.</param>
    /// <param name="dtype">What its weights and images are.</param>
    /// <param name="watch">Sees the networks before the first step.</param>
    /// <returns>All that was learned, and every loss.</returns>
    internal static (Dictionary<string, Tensor> State, double[] Losses) Train(
        string name, TrainerOptions options, ScalarType dtype, Action<Module, Module>? watch = null)
    {
        manual_seed(1);
        WideLatent.Dtype = dtype;
        return Recipes[name]().Train(options, dtype, watch);
    }

    /// <summary>A critic without norms, so that a gradient penalty has its meaning.</summary>
    private static TorchSharp.Modules.Sequential Critic()
    {
        return Sequential([.. Stage(3, 4), .. Stage(4, 8), Conv2d(8, 1, 8), Flatten()]); // (B, 1)

        static Module<Tensor, Tensor>[] Stage(long inChannels, long outChannels) =>
            [Conv2d(inChannels, outChannels, 4, stride: 2, padding: 1), LeakyReLU(0.2, inplace: true)];
    }

    /// <summary>Latents of 64 bits, which networks of such weights need.</summary>
    private sealed class WideLatent : Latent
    {
        public override long Size => 8;

        internal static ScalarType Dtype { get; set; }

        public override Tensor Sample(long count, Device device, Generator? generator = null) =>
            randn([count, Size], dtype: Dtype, device: device, generator: generator);
    }

    private abstract class Run
    {
        internal abstract (Dictionary<string, Tensor> State, double[] Losses) Train(
            TrainerOptions options, ScalarType dtype, Action<Module, Module>? watch);
    }

    private sealed class Run<TG, TD>(TG generator, TD discriminator, IObjective<TG, TD> objective) : Run
        where TG : Module
        where TD : Module
    {
        internal override (Dictionary<string, Tensor> State, double[] Losses) Train(
            TrainerOptions options, ScalarType dtype, Action<Module, Module>? watch)
        {
            using var trainer = new AdversarialTrainer<TG, TD>(generator.to(dtype), discriminator.to(dtype), objective, options);
            using var batch = new Batch(rand(4, 3, Size, Size, dtype: dtype) * 2 - 1, rand(4, 3, Size, Size, dtype: dtype) * 2 - 1);
            watch?.Invoke(trainer.Generator, trainer.Discriminator);
            var losses = new List<double>();
            for (var step = 0; step < 20; step++)
                losses.AddRange(trainer.Step(batch).Metrics.Values);
            var state = generator.state_dict().Select(entry => ("generator." + entry.Key, entry.Value))
                .Concat(discriminator.state_dict().Select(entry => ("discriminator." + entry.Key, entry.Value)))
                .ToDictionary(entry => entry.Item1, entry => entry.Value.detach().clone());
            return (state, [.. losses]);
        }
    }
}
