namespace GanKit.Tests.Networks;

public class MlpTests
{
    [Fact]
    public void Generator_OfMnistShape_HasTheReferencesLayers()
    {
        using var generator = new MlpGenerator((1, 28, 28));

        Assert.Equal(1_510_032, generator.parameters().Sum(p => p.numel()));
        Assert.Equal(
            [
                "model.0.weight", "model.0.bias", "model.2.weight", "model.2.bias", "model.3.weight", "model.3.bias",
                "model.5.weight", "model.5.bias", "model.6.weight", "model.6.bias", "model.8.weight", "model.8.bias",
                "model.9.weight", "model.9.bias", "model.11.weight", "model.11.bias",
            ],
            generator.named_parameters().Select(p => p.name));
        Assert.Equal([1024, 512], generator.get_parameter("model.8.weight")!.shape);
    }

    [Fact]
    public void Discriminator_OfMnistShape_HasTheReferencesLayers()
    {
        using var discriminator = new MlpDiscriminator((1, 28, 28));

        Assert.Equal(533_505, discriminator.parameters().Sum(p => p.numel()));
        Assert.Equal(
            ["model.0.weight", "model.0.bias", "model.2.weight", "model.2.bias", "model.4.weight", "model.4.bias"],
            discriminator.named_parameters().Select(p => p.name));
    }

    [Fact]
    public void Pair_OfAnyShape_TurnsLatentsIntoImagesAndImagesIntoLogits()
    {
        using var scope = NewDisposeScope();
        using var generator = new MlpGenerator((3, 5, 9), latentSize: 128);
        using var discriminator = new MlpDiscriminator((3, 5, 9));

        var images = generator.call(randn(4, 128));

        Assert.Equal([4, 3, 5, 9], images.shape);
        Assert.True(images.abs().max().item<float>() <= 1);
        Assert.Equal([4, 1], discriminator.call(images).shape);
        Assert.Equal((3L, 5L, 9L), generator.ImageShape);
        Assert.Equal(128, generator.LatentSize);
        Assert.Equal(13, ((TorchSharp.Modules.Sequential)generator.children().Single()).Count);
    }

    [Fact]
    public void Discriminator_OnMeta_RunsWithoutData()
    {
        using var scope = NewDisposeScope();
        using var discriminator = new MlpDiscriminator((1, 8, 8)).to(DeviceType.META);

        Assert.Equal([4, 1], discriminator.call(randn([4, 1, 8, 8], device: META)).shape);
    }

    [Theory]
    [InlineData(0, 28, 28)]
    [InlineData(1, -28, 28)]
    [InlineData(1, 28, 0)]
    public void Constructor_WithAnImpossibleShape_SaysWhichIsAllowed(long channels, long height, long width)
    {
        var error = Assert.Throws<ArgumentOutOfRangeException>(() => new MlpGenerator((channels, height, width)));
        Assert.Contains($"at least 1, not {channels} x {height} x {width}", error.Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentOutOfRangeException>("imageShape", () => new MlpDiscriminator((channels, height, width)));
    }

    [Fact]
    public void Constructor_WithoutLatents_NamesTheLatentSize() =>
        Assert.Throws<ArgumentOutOfRangeException>("latentSize", () => new MlpGenerator((1, 4, 4), latentSize: 0));

    [Fact]
    public void Forward_OnAnotherShape_SaysWhatItTakes()
    {
        using var generator = new MlpGenerator((1, 4, 4), latentSize: 6);
        using var discriminator = new MlpDiscriminator((1, 4, 4));
        using var latents = randn(2, 5);
        using var images = randn(2, 1, 4, 5);

        var generatorError = Assert.Throws<ArgumentException>("latents", () => generator.call(latents));
        var discriminatorError = Assert.Throws<ArgumentException>("images", () => discriminator.call(images));
        Assert.Contains("MlpGenerator takes latents of shape (B, 6)", generatorError.Message, StringComparison.Ordinal);
        Assert.Contains("(B, 1, 4, 4), not (2, 1, 4, 5)", discriminatorError.Message, StringComparison.Ordinal);
    }
}
