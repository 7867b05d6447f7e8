using GanKit.Layers;
using GanKit.Tests.PyTorchParity;
using static TorchSharp.torch.nn;

namespace GanKit.Tests.PyTorch;

/// <summary>The library's networks with many parameters, as the registry that recognition is tested over.</summary>
internal static class RecognitionCases
{
    /// <summary>Each network, by the description that its weights lead to.</summary>
    internal static IReadOnlyDictionary<string, Func<Module<Tensor, Tensor>>> ByDescription { get; } =
        new Dictionary<string, Func<Module<Tensor, Tensor>>>
        {
            ["junyanz ResnetGenerator, 9 blocks, instance norm, 3 to 3 channels, width 4"] = () =>
                new ResnetGenerator(width: 4),
            ["junyanz ResnetGenerator, 6 blocks, batch norm, 1 to 2 channels, width 2"] =
                () => new ResnetGenerator(1, 2, width: 2, blocks: 6, norm: Norm.Batch),
            ["junyanz ResnetGenerator, 2 blocks, no norm, 3 to 3 channels, width 2"] =
                () => new ResnetGenerator(width: 2, blocks: 2, norm: Norm.None),
            ["junyanz ResnetGenerator, 1 block, instance norm, dropout, 3 to 3 channels, width 3"] =
                () => new ResnetGenerator(width: 3, blocks: 1, dropout: true),
            ["junyanz ResnetGenerator, 2 blocks, batch norm, zero padding, 3 to 3 channels, width 2"] =
                () => new ResnetGenerator(width: 2, blocks: 2, norm: Norm.Batch, paddingMode: PaddingModes.Zeros),
            ["junyanz ResnetGenerator, 2 blocks, instance norm, dropout, zero padding, 3 to 3 channels, width 2"] =
                () => new ResnetGenerator(width: 2, blocks: 2, dropout: true, paddingMode: PaddingModes.Zeros),
            ["junyanz ResnetGenerator, 0 blocks, instance norm, 3 to 3 channels, width 2"] = () =>
                new ResnetGenerator(width: 2, blocks: 0),
            ["junyanz UnetGenerator, 8 downs (256 pixels), batch norm, 3 to 3 channels, width 2"] =
                () => new UnetGenerator(width: 2, dropout: true),
            ["junyanz UnetGenerator, 7 downs (128 pixels), instance norm, 1 to 4 channels, width 1"] =
                () => new UnetGenerator(1, 4, downs: 7, width: 1, norm: Norm.Instance),
            ["junyanz UnetGenerator, 5 downs (32 pixels), no norm, 3 to 3 channels, width 2"] =
                () => new UnetGenerator(downs: 5, width: 2, norm: Norm.None),
            ["junyanz NLayerDiscriminator (PatchGAN, 70 x 70 pixels), 3 layers, batch norm, 6 channels, width 4"] =
                () => new PatchDiscriminator(6, width: 4),
            ["junyanz NLayerDiscriminator (PatchGAN, 70 x 70 pixels), 3 layers, instance norm, 3 channels, width 4"] =
                () => new PatchDiscriminator(width: 4, norm: Norm.Instance),
            ["junyanz NLayerDiscriminator (PatchGAN, 16 x 16 pixels), 1 layer, no norm, 3 channels, width 4"] =
                () => new PatchDiscriminator(width: 4, layers: 1, norm: Norm.None),
            ["junyanz NLayerDiscriminator (PatchGAN, 286 x 286 pixels), 5 layers, batch norm, 1 channel, width 2"] =
                () => new PatchDiscriminator(1, width: 2, layers: 5),
            ["junyanz PixelDiscriminator, batch norm, 3 channels, width 4"] = () => new PixelDiscriminator(width: 4),
            ["junyanz PixelDiscriminator, instance norm, 6 channels, width 4"] = () =>
                new PixelDiscriminator(6, width: 4, Norm.Instance),
            ["junyanz PixelDiscriminator, no norm, 1 channel, width 4"] = () =>
                new PixelDiscriminator(1, width: 4, Norm.None),
            ["RRDBNet (ESRGAN), 2 blocks, scale 4, 3 to 3 channels, width 4, growth 2, BasicSR's names"] =
                () => new RrdbGenerator(width: 4, blocks: 2, growth: 2),
            ["RRDBNet (ESRGAN), 1 block, scale 2, 3 to 3 channels, width 4, growth 3, BasicSR's names"] =
                () => new RrdbGenerator(width: 4, blocks: 1, growth: 3, scale: 2),
            ["RRDBNet (ESRGAN), 1 block, scale 1, 1 to 1 channels, width 4, growth 3, BasicSR's names"] =
                () => new RrdbGenerator(1, 1, width: 4, blocks: 1, growth: 3, scale: 1),
            ["RRDBNet (ESRGAN), 3 blocks, scale 4, 3 to 3 channels, width 4, growth 4, BasicSR's names"] =
                () => new RrdbGenerator(width: 4, blocks: 3, growth: 4),
            ["SRGAN generator (leftthomas), scale 4, 5 blocks, 3 channels, width 4"] = () => new SrganGenerator(width: 4),
            ["SRGAN generator (leftthomas), scale 4, 5 blocks, 3 channels, width 4, PReLU after the blocks (2018)"] = () =>
                new SrganGenerator(width: 4, trunkNorm: false),
            ["SRGAN generator (leftthomas), scale 2, 16 blocks, 1 channel, width 2"] =
                () => new SrganGenerator(2, channels: 1, width: 2, blocks: 16),
            ["SRGAN generator (leftthomas), scale 8, 0 blocks, 3 channels, width 2"] = () =>
                new SrganGenerator(8, width: 2, blocks: 0),
            ["SRGAN discriminator (leftthomas), 3 channels, width 2"] = () => new SrganDiscriminator(width: 2),
            ["DCGAN generator (pytorch/examples), 64 x 64 pixels, 3 channels, latent 100, width 4"] = () =>
                new DcganGenerator(width: 4),
            ["DCGAN generator (pytorch/examples), 16 x 16 pixels, 1 channel, latent 7, width 2"] =
                () => new DcganGenerator(16, channels: 1, latentSize: 7, width: 2),
            ["DCGAN generator (pytorch/examples), 256 x 256 pixels, 3 channels, latent 8, width 1"] =
                () => new DcganGenerator(256, latentSize: 8, width: 1),
            ["DCGAN discriminator (pytorch/examples), 64 x 64 pixels, 3 channels, width 4"] = () =>
                new DcganDiscriminator(width: 4),
            ["DCGAN discriminator (pytorch/examples), 16 x 16 pixels, 1 channel, width 2"] =
                () => new DcganDiscriminator(16, channels: 1, width: 2),
            ["DCGAN discriminator (pytorch/examples), 256 x 256 pixels, 3 channels, width 1"] = () =>
                new DcganDiscriminator(256, width: 1),
            ["SN-DCGAN discriminator, 32 x 32 pixels, 3 channels, width 2"] = () => new SnDcganDiscriminator(width: 2),
            ["SN-DCGAN discriminator, 128 x 128 pixels, 1 channel, width 1"] = () =>
                new SnDcganDiscriminator(128, channels: 1, width: 1),
            ["SNGAN generator (mimicry), 32 x 32 pixels, 3 channels, latent 128, width 8"] = () =>
                new SnganGenerator(width: 8),
            ["SNGAN generator (mimicry), 64 x 64 pixels, 1 channel, latent 5, width 16"] =
                () => new SnganGenerator(64, channels: 1, latentSize: 5, width: 16),
            ["SNGAN generator (mimicry), 128 x 128 pixels, 3 channels, latent 5, width 16"] =
                () => new SnganGenerator(128, latentSize: 5, width: 16),
            ["SNGAN discriminator (mimicry), 32 x 32 pixels, 3 channels, width 4"] = () => new SnganDiscriminator(width: 4),
            ["SNGAN discriminator (mimicry), 64 x 64 pixels, 1 channel, width 16"] =
                () => new SnganDiscriminator(64, channels: 1, width: 16),
            ["SNGAN discriminator (mimicry), 128 x 128 pixels, 3 channels, width 16, without spectral norm"] =
                () => new SnganDiscriminator(128, width: 16, spectralNorm: false),
            ["MLP generator, 28 x 28 pixels, 1 channel, latent 100"] = () => new MlpGenerator((1, 28, 28)),
            ["MLP generator, 32 x 32 pixels, 3 channels, latent 5"] = () => new MlpGenerator((3, 32, 32), 5),
            ["MLP discriminator, 28 x 28 pixels, 1 channel"] = () => new MlpDiscriminator((1, 28, 28)),
        };

    /// <summary>Of these, and of the networks that are compared with PyTorch, the layouts.</summary>
    internal static IEnumerable<WeightLayout> Layouts() =>
        ByDescription.Values.Concat(ReferenceNetworks.Cases.Values.Select(entry => entry.Build)).Select(LayoutOf);

    internal static WeightLayout LayoutOf(Func<Module<Tensor, Tensor>> build)
    {
        using var network = build();
        return WeightLayout.Of(network);
    }
}
