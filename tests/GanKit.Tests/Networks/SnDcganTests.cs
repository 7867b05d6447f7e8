namespace GanKit.Tests.Networks;

public class SnDcganTests
{
    [Fact]
    public void Discriminator_At32_HasTheLayersOfThePapersTable3()
    {
        using var discriminator = new SnDcganDiscriminator();

        Assert.Equal(
            [
                "main.0 (64, 3, 3, 3)", "main.2 (64, 64, 4, 4)", "main.4 (128, 64, 3, 3)", "main.6 (128, 128, 4, 4)",
                "main.8 (256, 128, 3, 3)", "main.10 (256, 256, 4, 4)", "main.12 (512, 256, 3, 3)", "linear (1, 8192)",
            ],
            discriminator.named_parameters()
                .Where(p => p.name.EndsWith(".parametrizations.weight.original", StringComparison.Ordinal))
                .Select(p => $"{p.name.Replace(".parametrizations.weight.original", "", StringComparison.Ordinal)} " +
                    $"({string.Join(", ", p.parameter.shape)})"));
        Assert.Equal(2_935_873, discriminator.parameters().Sum(p => p.numel()));
    }

    [Theory]
    [InlineData(16, 4)]
    [InlineData(32, 8)]
    [InlineData(64, 8)]
    [InlineData(128, 8)]
    [InlineData(256, 8)]
    public void Discriminator_OfEverySize_JudgesImagesAndIsNeverWiderThanEightTimes(long size, long factor)
    {
        using var scope = NewDisposeScope();
        using var discriminator = new SnDcganDiscriminator(size, channels: 2, width: 2);

        Assert.Equal([3, 1], discriminator.call(randn(3, 2, size, size)).shape);
        Assert.Equal(2 * factor, discriminator.parameters().Where(p => p.dim() == 4).Max(p => p.shape[0]));
        Assert.Equal((size, 2, 2), (discriminator.ImageSize, discriminator.Channels, discriminator.Width));
    }

    [Fact]
    public void Discriminator_WithHugeWeights_StaysLipschitz()
    {
        using var scope = NewDisposeScope();
        using var discriminator = new SnDcganDiscriminator(16, channels: 1, width: 4)
            .Initialize(Initializer.Normal(std: 100));
        using var noGrad = no_grad();
        for (var i = 0; i < 50; i++)
            discriminator.call(torch.zeros(1, 1, 16, 16));
        discriminator.eval();

        var (a, b) = (randn(8, 1, 16, 16), randn(8, 1, 16, 16));
        var slopes = (discriminator.call(a) - discriminator.call(b)).abs().flatten() / (a - b).flatten(1).norm(1);

        // A pixel lies under (kernel / stride)^2 kernels, so a convolution stretches by at most kernel / stride times
        // its matrix's norm of 1: 3, 2, 3, 2 and 3 in this network.
        Assert.InRange(slopes.max().item<float>(), 1e-6f, 3 * 2 * 3 * 2 * 3);
    }

    [Fact]
    public void Constructor_WithImpossibleNumbers_NamesThem()
    {
        Assert.Throws<ArgumentOutOfRangeException>("imageSize", () => new SnDcganDiscriminator(48));
        Assert.Throws<ArgumentOutOfRangeException>("channels", () => new SnDcganDiscriminator(channels: 0));
        Assert.Throws<ArgumentOutOfRangeException>("width", () => new SnDcganDiscriminator(width: -64));
    }

    [Fact]
    public void Discriminator_OnImagesOfAnotherShape_SaysWhatItTakes()
    {
        using var discriminator = new SnDcganDiscriminator(16, channels: 1, width: 2);
        using var images = randn(2, 3, 16, 16);

        var error = Assert.Throws<ArgumentException>("images", () => discriminator.call(images));
        Assert.Contains("SnDcganDiscriminator takes images of shape (B, 1, 16, 16), not (2, 3, 16, 16)", error.Message,
            StringComparison.Ordinal);
    }
}
