using GanKit.Layers;
using static TorchSharp.torch.nn;

namespace GanKit.Tests.Networks;

/// <summary>What image-to-image networks have in common. What they compute is in NetworkParityTests.</summary>
public class TranslationTests
{
    [Fact]
    public void Generators_WithDropout_DrawAnewInTrainingOnly()
    {
        using var scope = NewDisposeScope();
        foreach (var generator in new Module<Tensor, Tensor>[]
        {
            new ResnetGenerator(width: 2, blocks: 1, dropout: true), new UnetGenerator(downs: 6, width: 1, dropout: true),
        })
        {
            using var own = generator;
            var images = randn(1, 3, 64, 64);
            Assert.False(generator.call(images).equal(generator.call(images)).all().item<bool>());
            generator.eval();
            TensorAssert.Equal(generator.call(images), generator.call(images));
        }
    }

    [Fact]
    public void Networks_OfOtherChannels_SayWhichTheyTake()
    {
        using var scope = NewDisposeScope();
        foreach (var network in new Module<Tensor, Tensor>[]
        {
            new ResnetGenerator(width: 1, blocks: 1), new UnetGenerator(downs: 5, width: 1),
            new PatchDiscriminator(width: 1), new PixelDiscriminator(width: 1),
        })
        {
            using var own = network;
            foreach (var shape in new long[][] { [1, 4, 32, 32], [3, 32, 32] })
            {
                var error = Assert.Throws<ArgumentException>("images", () => network.call(torch.zeros(shape)));
                Assert.Contains("(B, 3, H, W)", error.Message, StringComparison.Ordinal);
                Assert.Contains($"({string.Join(", ", shape)})", error.Message, StringComparison.Ordinal);
                Assert.Contains(network.GetName(), error.Message, StringComparison.Ordinal);
            }
        }
    }

    [Fact]
    public void Properties_OfEachNetwork_TellHowItWasBuilt()
    {
        using var resnet = new ResnetGenerator(1, 2, 3, 4, Norm.Batch, dropout: true, PaddingModes.Zeros);
        using var unet = new UnetGenerator(1, 2, 5, 3, Norm.Instance, dropout: true);
        using var patch = new PatchDiscriminator(2, 3, 4, Norm.Instance);
        using var pixel = new PixelDiscriminator(2, 3, Norm.Instance);

        Assert.Equal((1, 2, 3, 4), (resnet.InChannels, resnet.OutChannels, resnet.Width, resnet.Blocks));
        Assert.Equal((Norm.Batch, true, PaddingModes.Zeros), (resnet.Norm, resnet.Dropout, resnet.PaddingMode));
        Assert.Equal((1, 2, 5, 3), (unet.InChannels, unet.OutChannels, unet.Downs, unet.Width));
        Assert.Equal((Norm.Instance, true), (unet.Norm, unet.Dropout));
        Assert.Equal((2, 3, 4, Norm.Instance), (patch.InChannels, patch.Width, patch.Layers, patch.Norm));
        Assert.Equal((2, 3, Norm.Instance), (pixel.InChannels, pixel.Width, pixel.Norm));
    }

    [Fact]
    public void Constructors_WithoutAPositiveNumber_NameIt()
    {
        Throws("inChannels", () => new ResnetGenerator(inChannels: 0));
        Throws("outChannels", () => new ResnetGenerator(outChannels: 0));
        Throws("width", () => new ResnetGenerator(width: -1));
        Throws("blocks", () => new ResnetGenerator(blocks: -1));
        Throws("paddingMode", () => new ResnetGenerator(paddingMode: PaddingModes.Circular));
        Throws("inChannels", () => new UnetGenerator(inChannels: 0));
        Throws("outChannels", () => new UnetGenerator(outChannels: 0));
        Throws("downs", () => new UnetGenerator(downs: 1));
        Throws("downs", () => new UnetGenerator(downs: 17));
        Throws("width", () => new UnetGenerator(width: 0));
        Throws("inChannels", () => new PatchDiscriminator(inChannels: 0));
        Throws("width", () => new PatchDiscriminator(width: 0));
        Throws("layers", () => new PatchDiscriminator(layers: 0));
        Throws("layers", () => new PatchDiscriminator(layers: 17));
        Throws("inChannels", () => new PixelDiscriminator(inChannels: 0));
        Throws("width", () => new PixelDiscriminator(width: 0));

        static void Throws(string name, Func<object> build) => Assert.Throws<ArgumentOutOfRangeException>(name, build);
    }
}
