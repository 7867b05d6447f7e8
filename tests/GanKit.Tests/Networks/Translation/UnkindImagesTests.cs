using static TorchSharp.torch.nn;

namespace GanKit.Tests.Networks;

/// <summary>What translation networks say to images that they can't take.</summary>
public class UnkindImagesTests
{
    private static readonly Dictionary<string, Func<Module<Tensor, Tensor>>> Networks = new()
    {
        ["resnet"] = () => new ResnetGenerator(width: 1, blocks: 1),
        ["unet"] = () => new UnetGenerator(downs: 5, width: 1),
        ["patch"] = () => new PatchDiscriminator(width: 1),
        ["pixel"] = () => new PixelDiscriminator(width: 1),
        ["multi-scale"] = () => new MultiScaleDiscriminator(width: 1),
        ["DCGAN"] = () => new DcganDiscriminator(imageSize: 128, width: 1),
    };

    public static TheoryData<string> Names { get; } = new(Networks.Keys);

    [Theory]
    [MemberData(nameof(Names))]
    public void Forward_OfBytes_SaysHowTheyBecomeImages(string name)
    {
        using var scope = NewDisposeScope();
        using var network = Networks[name]();

        foreach (var images in new[] { zeros(1, 3, 128, 128, dtype: uint8), zeros(1, 3, 128, 128, dtype: int64) })
        {
            var message = Assert.Throws<ArgumentException>("images", () => network.call(images)).Message;
            Assert.Contains(
                $"floating-point images, usually in [-1, 1], not {images.dtype}", message, StringComparison.Ordinal);
            Assert.Contains("bytes.to(float32) / 127.5 - 1", message, StringComparison.Ordinal);
        }
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Forward_OfASingleImage_SaysThatItNeedsABatch(string name)
    {
        using var scope = NewDisposeScope();
        using var network = Networks[name]();

        Assert.Contains("unsqueeze(0)", Message(randn(3, 128, 128)), StringComparison.Ordinal);
        Assert.DoesNotContain("unsqueeze(0)", Message(randn(128, 128, 3)), StringComparison.Ordinal);
        Assert.DoesNotContain("unsqueeze(0)", Message(randn(1, 4, 128, 128)), StringComparison.Ordinal);

        string Message(Tensor wrong) => Assert.Throws<ArgumentException>("images", () => network.call(wrong)).Message;
    }

    [Fact]
    public void Forward_OfASizeThatDoesNotFit_NamesOneThatDoes()
    {
        using var scope = NewDisposeScope();
        using var generator = new UnetGenerator(downs: 6, width: 1);

        var message = Assert.Throws<ArgumentException>("images", () => generator.call(randn(1, 3, 300, 200))).Message;

        Assert.Contains("The nearest size that fits is 320 x 192; Translate takes any", message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(ScalarType.Float64)]
    [InlineData(ScalarType.BFloat16)]
    public void Translate_OfANetworkOfAnotherPrecision_TakesAnyFit(ScalarType dtype)
    {
        using var scope = NewDisposeScope();
        using var generator = new ResnetGenerator(width: 1, blocks: 1);
        generator.to(dtype);

        foreach (var fit in new[] { PictureFit.PadAndCrop, PictureFit.Resize(), PictureFit.Tiles(16, 4) })
        {
            using var picture = generator.Translate(randn(3, 33, 18).to(dtype), new TranslateOptions { Fit = fit });

            Assert.Equal((dtype, 33L, 18L), (picture.dtype, picture.size(1), picture.size(2)));
            TensorAssert.Finite(picture.to(float32));
        }
    }

    [Theory]
    [InlineData(2)]
    [InlineData(4)]
    public void Unet_OfFewDowns_HasTheOuterLevelsOfADeeperOne(int downs)
    {
        using var shallow = new UnetGenerator(downs: downs, width: 2);
        using var deep = new UnetGenerator(downs: 5, width: 2);
        var outer = NetworkState.ShapesOf(deep);

        var shapes = NetworkState.ShapesOf(shallow);

        var way = shapes.Where(entry => entry.Key.EndsWith(".1.weight", StringComparison.Ordinal) && entry.Value.EndsWith(
            "4, 4)", StringComparison.Ordinal));
        Assert.All(way, entry => Assert.Equal(outer[entry.Key], entry.Value));
        Assert.Equal(outer["model.model.0.weight"], shapes["model.model.0.weight"]);
        Assert.Equal(outer["model.model.3.weight"], shapes["model.model.3.weight"]);
        Assert.Equal(downs, shapes.Count(entry => entry.Value.EndsWith("4, 4)", StringComparison.Ordinal)) / 2);
    }
}
