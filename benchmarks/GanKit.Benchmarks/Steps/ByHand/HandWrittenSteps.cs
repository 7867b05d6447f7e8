using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace GanKit.Benchmarks;

/// <summary>The workloads, of TorchSharp alone.</summary>
internal static class HandWrittenSteps
{
    internal static ITrainingStep Mlp(StepVariant variant) => new CrossEntropyStep(
        Ready(HandWrittenMlp.Generator(), variant), Ready(HandWrittenMlp.Discriminator(), variant),
        latentShape: [100], Images(variant, channels: 1, size: 28));

    internal static ITrainingStep Dcgan(StepVariant variant) => new CrossEntropyStep(
        Ready(HandWrittenDcgan.Generator(), variant), Ready(HandWrittenDcgan.Discriminator(), variant),
        latentShape: [100, 1, 1], Images(variant, channels: 3, size: 64));

    internal static ITrainingStep WganGp(StepVariant variant) => new WganGpStep(
        Ready(HandWrittenDcgan.Generator(), variant), Ready(HandWrittenDcgan.Critic(), variant),
        latentShape: [100, 1, 1], Images(variant, channels: 3, size: 64));

    internal static ITrainingStep Sngan(StepVariant variant) => new HingeStep(
        Ready(new HandWrittenSnganGenerator(), variant), Ready(new HandWrittenSnganDiscriminator(), variant),
        latentSize: 128, Images(variant, channels: 3, size: 32));

    internal static ITrainingStep Pix2Pix(StepVariant variant) => new PairedStep(
        Ready(HandWrittenUnet.Generator(downs: 7, width: 64), variant), Ready(
            HandWrittenPatch.Discriminator(6, 64, instanceNorm: false), variant),
        input: Images(variant, 3, 128, seed: 2), truth: Images(variant, 3, 128));

    internal static ITrainingStep CycleGan(StepVariant variant) => new CycleStep(
        Ready(new HandWrittenPair(Resnet), variant), Ready(new HandWrittenPair(Patch), variant),
        a: Images(variant, 3, 64, seed: 2), b: Images(variant, 3, 64));

    private static Module<Tensor, Tensor> Resnet() => HandWrittenResnet.Generator(blocks: 6, width: 32);

    private static Module<Tensor, Tensor> Patch() => HandWrittenPatch.Discriminator(3, 32, instanceNorm: true);

    private static T Ready<T>(T network, StepVariant variant) where T : Module
    {
        if (variant.BFloat16)
        {
            throw new NotSupportedException(
                "--precision bf16 needs autocast, which TorchSharp does not bind; --impl gankit has it.");
        }

        if (variant.ChannelsLast)
            ChannelsLast.Convert(network);
        return network;
    }

    private static Tensor Images(StepVariant variant, long channels, long size, ulong seed = 1)
    {
        var images = RandomImages.Draw(variant.BatchSize, channels, size, seed);
        if (!variant.ChannelsLast)
            return images;
        using (images)
            return ChannelsLast.Copy(images);
    }
}
