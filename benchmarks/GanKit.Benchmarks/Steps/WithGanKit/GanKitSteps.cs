using GanKit.Data;
using GanKit.Layers;
using GanKit.Networks;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace GanKit.Benchmarks;

/// <summary>The workloads, of GanKit's parts.</summary>
internal static class GanKitSteps
{
    private static readonly TrainerOptions Dcgan2015 = new();
    private static readonly TrainerOptions WganGp2017 = new() { LearningRate = 1e-4, Betas = (0, 0.9), ReuseFakes = false };
    private static readonly TrainerOptions Sngan2018 = new() { Betas = (0, 0.9), ReuseFakes = false };

    internal static ITrainingStep Mlp(StepVariant variant) => new TrainerStep<MlpGenerator, MlpDiscriminator>(
        new((1, 28, 28), latentSize: 100), new((1, 28, 28)),
        new UnconditionalObjective(latentSize: 100, AdversarialLoss.NonSaturating),
        Dcgan2015.With(variant), Images(variant, channels: 1, size: 28));

    internal static ITrainingStep Dcgan(StepVariant variant) => new TrainerStep<DcganGenerator, DcganDiscriminator>(
        new(imageSize: 64, channels: 3, latentSize: 100, width: 64), new(imageSize: 64, channels: 3, width: 64),
        new UnconditionalObjective(latentSize: 100, AdversarialLoss.NonSaturating),
        Dcgan2015.With(variant), Images(variant, channels: 3, size: 64));

    internal static ITrainingStep WganGp(StepVariant variant) => new TrainerStep<DcganGenerator, Module<Tensor, Tensor>>(
        new(imageSize: 64, channels: 3, latentSize: 100, width: 64), Critic(width: 64),
        new UnconditionalObjective(latentSize: 100, AdversarialLoss.Wasserstein, new GradientPenalty(weight: 10)),
        WganGp2017.With(variant), Images(variant, channels: 3, size: 64));

    internal static ITrainingStep Sngan(StepVariant variant) => new TrainerStep<SnganGenerator, SnganDiscriminator>(
        new(imageSize: 32), new(imageSize: 32),
        new UnconditionalObjective(latentSize: 128, AdversarialLoss.Hinge),
        Sngan2018.With(variant), Images(variant, channels: 3, size: 32));

    internal static ITrainingStep Pix2Pix(StepVariant variant) => new TrainerStep<UnetGenerator, PatchDiscriminator>(
        new(downs: 7, width: 64, dropout: true), new(inChannels: 6, width: 64, layers: 3),
        new PairedObjective(), Dcgan2015.With(variant), Pairs(variant, size: 128));

    internal static ITrainingStep CycleGan(StepVariant variant) =>
        new TrainerStep<CyclePair<ResnetGenerator>, DomainPair<PatchDiscriminator>>(
            new(() => new ResnetGenerator(width: 32, blocks: 6)),
            new(() => new PatchDiscriminator(inChannels: 3, width: 32, norm: Norm.Instance)),
            new CycleObjective { PoolSize = 50 },
            (Dcgan2015 with { Order = StepOrder.GeneratorFirst }).With(variant), Pairs(variant, size: 64));

    /// <summary>DCGAN's discriminator without its norms, as a user of GanKit composes it.</summary>
    private static TorchSharp.Modules.Sequential Critic(long width)
    {
        return Sequential(
        [
            .. Stage(3, width), .. Stage(width, 2 * width), .. Stage(2 * width, 4 * width), .. Stage(4 * width, 8 * width),
            Conv2d(8 * width, 1, 4), Flatten(), // (B, 1)
        ]);

        static Module<Tensor, Tensor>[] Stage(long inChannels, long outChannels) =>
            [Conv2d(inChannels, outChannels, 4, stride: 2, padding: 1), LeakyReLU(0.2, inplace: true)];
    }

    private static Batch Images(StepVariant variant, long channels, long size) =>
        new(RandomImages.Draw(variant.BatchSize, channels, size));

    private static Batch Pairs(StepVariant variant, long size) =>
        new(RandomImages.Draw(variant.BatchSize, 3, size, seed: 1), RandomImages.Draw(variant.BatchSize, 3, size, seed: 2));
}
