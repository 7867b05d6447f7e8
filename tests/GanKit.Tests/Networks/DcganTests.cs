namespace GanKit.Tests.Networks;

public class DcganTests
{
    [Fact]
    public void Generator_At64_HasTheKeysAndShapesOfPyTorchExamples()
    {
        using var generator = new DcganGenerator();

        Assert.Equal(
            [
                "main.0.weight (100, 512, 4, 4)",
                .. BatchNorm(1, 512),
                "main.3.weight (512, 256, 4, 4)",
                .. BatchNorm(4, 256),
                "main.6.weight (256, 128, 4, 4)",
                .. BatchNorm(7, 128),
                "main.9.weight (128, 64, 4, 4)",
                .. BatchNorm(10, 64),
                "main.12.weight (64, 3, 4, 4)",
            ],
            StateOf(generator));
        Assert.Equal(3_576_704, generator.parameters().Sum(p => p.numel()));
    }

    [Fact]
    public void Discriminator_At64_HasTheKeysAndShapesOfPyTorchExamples()
    {
        using var discriminator = new DcganDiscriminator();

        Assert.Equal(
            [
                "main.0.weight (64, 3, 4, 4)",
                "main.2.weight (128, 64, 4, 4)",
                .. BatchNorm(3, 128),
                "main.5.weight (256, 128, 4, 4)",
                .. BatchNorm(6, 256),
                "main.8.weight (512, 256, 4, 4)",
                .. BatchNorm(9, 512),
                "main.11.weight (1, 512, 4, 4)",
            ],
            StateOf(discriminator));
        Assert.Equal(2_765_568, discriminator.parameters().Sum(p => p.numel()));
    }

    [Theory]
    [InlineData(16, 1)]
    [InlineData(32, 3)]
    [InlineData(64, 4)]
    [InlineData(128, 3)]
    [InlineData(256, 2)]
    public void Pair_OfEverySize_TurnsLatentsIntoImagesAndImagesIntoLogits(long size, long channels)
    {
        using var scope = NewDisposeScope();
        using var generator = new DcganGenerator(size, channels, latentSize: 7, width: 2);
        using var discriminator = new DcganDiscriminator(size, channels, width: 2);
        using var noGrad = no_grad();

        var images = generator.call(randn(2, 7));
        var logits = discriminator.call(images);

        Assert.Equal([2, channels, size, size], images.shape);
        Assert.True(images.abs().max().item<float>() <= 1);
        Assert.True(images.std().item<float>() > 0);
        Assert.Equal([2, 1], logits.shape);
    }

    [Theory]
    [InlineData(16, 2)]
    [InlineData(64, 8)]
    [InlineData(256, 32)]
    public void Width_WithEverySizeStep_DoublesAtTheSmallestMaps(long size, long factor)
    {
        using var generator = new DcganGenerator(size, channels: 1, latentSize: 5, width: 3);
        using var discriminator = new DcganDiscriminator(size, channels: 1, width: 3);

        Assert.Equal([5, 3 * factor, 4, 4], generator.parameters().First().shape);
        Assert.Equal([1, 3 * factor, 4, 4], discriminator.parameters().Last().shape);
    }

    [Fact]
    public void Generator_OnFlatAndOnSpatialLatents_MakesTheSameImages()
    {
        using var scope = NewDisposeScope();
        using var generator = new DcganGenerator(16, channels: 1, latentSize: 7, width: 2);
        var latents = randn(3, 7);

        Assert.True(generator.call(latents).equal(generator.call(latents.reshape(3, 7, 1, 1))).all().item<bool>());
    }

    [Fact]
    public void Properties_OfAPair_TellHowItWasBuilt()
    {
        using var generator = new DcganGenerator(32, channels: 1, latentSize: 7, width: 2);
        using var discriminator = new DcganDiscriminator(32, channels: 1, width: 2);

        Assert.Equal((32, 1, 7, 2),
            (generator.ImageSize, generator.Channels, generator.LatentSize, generator.Width));
        Assert.Equal((32, 1, 2), (discriminator.ImageSize, discriminator.Channels, discriminator.Width));
    }

    [Fact]
    public void Pair_MadeInsideADisposeScope_OutlivesIt()
    {
        DcganGenerator generator;
        using (NewDisposeScope())
        {
            generator = new DcganGenerator(16, channels: 1, latentSize: 3, width: 2);
        }

        using (generator)
        {
            using var images = generator.call(randn(2, 3));
            Assert.Equal([2, 1, 16, 16], images.shape);
        }
    }

    [Fact]
    public void To_AnotherType_ConvertsAllStateAndStillRuns()
    {
        using var generator = new DcganGenerator(16, channels: 1, latentSize: 3, width: 2).to(float64);
        using var images = generator.call(randn(2, 3, float64));

        Assert.Equal(float64, images.dtype);
    }

    [Theory]
    [InlineData(8)]
    [InlineData(48)]
    [InlineData(512)]
    [InlineData(-64)]
    public void Constructor_WithAnotherSize_SaysWhichAreAllowed(long size)
    {
        var generator = Assert.Throws<ArgumentOutOfRangeException>(() => new DcganGenerator(size));
        var discriminator = Assert.Throws<ArgumentOutOfRangeException>(() => new DcganDiscriminator(size));

        Assert.Equal("imageSize", generator.ParamName);
        Assert.Contains($"16, 32, 64, 128 or 256), not {size}", generator.Message, StringComparison.Ordinal);
        Assert.Contains($"16, 32, 64, 128 or 256), not {size}", discriminator.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(-1)]
    public void Constructor_WithoutAPositiveNumber_NamesIt(long bad)
    {
        Assert.Throws<ArgumentOutOfRangeException>("channels", () => new DcganGenerator(channels: bad));
        Assert.Throws<ArgumentOutOfRangeException>("latentSize", () => new DcganGenerator(latentSize: bad));
        Assert.Throws<ArgumentOutOfRangeException>("width", () => new DcganGenerator(width: bad));
        Assert.Throws<ArgumentOutOfRangeException>("channels", () => new DcganDiscriminator(channels: bad));
        Assert.Throws<ArgumentOutOfRangeException>("width", () => new DcganDiscriminator(width: bad));
    }

    [Fact]
    public void Generator_OnLatentsOfAnotherLength_SaysWhatItTakes()
    {
        using var generator = new DcganGenerator(16, channels: 1, latentSize: 7, width: 2);
        foreach (var shape in new long[][] { [2, 8], [7], [2, 7, 2, 2], [2, 7, 1] })
        {
            using var latents = randn(shape);
            var error = Assert.Throws<ArgumentException>("latents", () => generator.call(latents));
            Assert.Contains($"(B, 7) or (B, 7, 1, 1), not ({string.Join(", ", shape)})", error.Message,
                StringComparison.Ordinal);
        }
    }

    [Fact]
    public void Discriminator_OnImagesOfAnotherShape_SaysWhatItTakes()
    {
        using var discriminator = new DcganDiscriminator(32, channels: 3, width: 2);
        foreach (var shape in new long[][] { [2, 1, 32, 32], [2, 3, 64, 64], [2, 3, 32, 28], [3, 32, 32] })
        {
            using var images = randn(shape);
            var error = Assert.Throws<ArgumentException>("images", () => discriminator.call(images));
            Assert.Contains($"(B, 3, 32, 32), not ({string.Join(", ", shape)})", error.Message,
                StringComparison.Ordinal);
        }
    }

    private static IEnumerable<string> BatchNorm(int index, long maps) =>
    [
        $"main.{index}.weight ({maps})", $"main.{index}.bias ({maps})",
        $"main.{index}.running_mean ({maps})", $"main.{index}.running_var ({maps})",
        $"main.{index}.num_batches_tracked ()",
    ];

    // TorchSharp lists parameters before buffers; the reference module by module.
    private static IEnumerable<string> StateOf(nn.Module module) => module.state_dict()
        .Select((entry, order) => (entry, order))
        .OrderBy(e => int.Parse(e.entry.Key.Split('.')[1], null)).ThenBy(e => e.order)
        .Select(e => $"{e.entry.Key} ({string.Join(", ", e.entry.Value.shape)})");
}
