using static TorchSharp.torch.nn;

namespace GanKit.Tests.Networks;

public class SnganTests
{
    [Fact]
    public void Generator_At32_HasTheKeysAndShapesOfMimicry()
    {
        using var generator = new SnganGenerator();

        Assert.Equal(
            new[]
            {
                "l1.weight (4096, 128)", "l1.bias (4096)",
            }
            .Concat(Enumerable.Range(2, 3).SelectMany(index => GeneratorBlock($"block{index}", 256, 256)))
            .Concat(BatchNorm("b5", 256))
            .Concat(["c5.weight (3, 256, 3, 3)", "c5.bias (3)"])
            .Order(),
            StateOf(generator));
    }

    [Fact]
    public void Discriminator_At32_HasTheKeysAndShapesOfMimicryWithPyTorchsSpectralNorm()
    {
        using var discriminator = new SnganDiscriminator();

        Assert.Equal(
            new[]
            {
                Normalised("block1.c1", 128, 3, 3), Normalised("block1.c2", 128, 128, 3),
                Normalised("block1.c_sc", 128, 3, 1),
                Normalised("block2.c1", 128, 128, 3), Normalised("block2.c2", 128, 128, 3),
                Normalised("block2.c_sc", 128, 128, 1),
                Normalised("block3.c1", 128, 128, 3), Normalised("block3.c2", 128, 128, 3),
                Normalised("block4.c1", 128, 128, 3), Normalised("block4.c2", 128, 128, 3),
                [
                    "l5.bias (1)", "l5.parametrizations.weight.original (1, 128)",
                    "l5.parametrizations.weight.0._u (1)", "l5.parametrizations.weight.0._v (128)",
                ],
            }.SelectMany(keys => keys).Order(),
            StateOf(discriminator));
    }

    [Theory]
    [InlineData(32, 4_276_739, 1_053_825)]
    [InlineData(64, 12_220_675, 10_141_441)]
    [InlineData(128, 32_150_787, 29_017_857)]
    public void Pair_OfDefaultWidths_HasAsManyParametersAsInPyTorch(
        long imageSize, long generators, long discriminators)
    {
        using var generator = new SnganGenerator(imageSize);
        using var discriminator = new SnganDiscriminator(imageSize);

        Assert.Equal(generators, generator.parameters().Sum(parameter => parameter.numel()));
        Assert.Equal(discriminators, discriminator.parameters().Sum(parameter => parameter.numel()));
    }

    [Theory]
    [InlineData(32, 1, 8, 3)]
    [InlineData(64, 3, 16, 1)]
    [InlineData(128, 1, 16, 2)]
    public void Pair_OfEverySize_MakesAndJudgesImages(long imageSize, long channels, long width, long batch)
    {
        using var scope = NewDisposeScope();
        using var generator = new SnganGenerator(imageSize, channels, latentSize: 5, width);
        using var discriminator = new SnganDiscriminator(imageSize, channels, width);

        foreach (var training in new[] { true, false })
        {
            generator.train(training);
            discriminator.train(training);
            var images = generator.call(randn(batch, 5));
            Assert.Equal([batch, channels, imageSize, imageSize], images.shape);
            Assert.InRange(images.abs().max().item<float>(), 1e-6, 1);
            Assert.Equal([batch, 1], discriminator.call(images).shape);
        }
    }

    [Fact]
    public void Generator_OfLatentsOf4Dimensions_MakesTheSameImages()
    {
        using var scope = NewDisposeScope();
        using var generator = new SnganGenerator(latentSize: 5, width: 4);
        generator.eval();
        var latents = randn(2, 5);

        TensorAssert.Equal(generator.call(latents), generator.call(latents.reshape(2, 5, 1, 1)));
    }

    [Fact]
    public void Discriminator_OfScaledWeights_GivesTheSameLogits()
    {
        using var scope = NewDisposeScope();
        using var discriminator = new SnganDiscriminator(width: 4).to(float64);
        using var noGrad = no_grad();
        discriminator.eval();
        var images = randn(2, 3, 32, 32, dtype: float64);
        var before = discriminator.call(images);

        foreach (var (name, parameter) in discriminator.named_parameters())
        {
            if (name.EndsWith("original", StringComparison.Ordinal))
                parameter.mul_(7);
        }

        TensorAssert.Close(before, discriminator.call(images), 1e-9, 1e-9);
    }

    [Fact]
    public void Weights_OfFreshNetworks_AreXavierUniform()
    {
        using var generator = new SnganGenerator(width: 64);
        using var discriminator = new SnganDiscriminator(width: 64);
        const string Original = "parametrizations.weight.original";

        // a = gain * sqrt(6 / (fanIn + fanOut))
        AssertUniform(generator.get_parameter("l1.weight")!, Math.Sqrt(6.0 / (128 + 1024)));
        AssertUniform(generator.get_parameter("block2.c1.weight")!, Math.Sqrt(2) * Math.Sqrt(6.0 / (2 * 64 * 9)));
        AssertUniform(generator.get_parameter("block2.c_sc.weight")!, Math.Sqrt(6.0 / (2 * 64)));
        AssertUniform(generator.get_parameter("c5.weight")!, Math.Sqrt(6.0 / ((64 + 3) * 9)));
        AssertUniform(
            discriminator.get_parameter($"block3.c2.{Original}")!, Math.Sqrt(2) * Math.Sqrt(6.0 / (2 * 64 * 9)));
        AssertUniform(discriminator.get_parameter($"block2.c_sc.{Original}")!, Math.Sqrt(6.0 / (2 * 64)));

        static void AssertUniform(Tensor weight, double bound)
        {
            using var scope = NewDisposeScope();
            Assert.InRange(weight.abs().max().item<float>(), 0.98 * bound, 1.0001 * bound);
            TensorAssert.Close(bound / Math.Sqrt(3), weight.std(), relative: 0.06);
        }
    }

    [Fact]
    public void State_OfNetworksInsideAnother_HasNoKeyTwice()
    {
        using var pair = Sequential(("g", new SnganGenerator(width: 4)), ("d", new SnganDiscriminator(width: 4)));
        var keys = pair.state_dict().Keys;

        using var generator = new SnganGenerator(width: 4);
        using var discriminator = new SnganDiscriminator(width: 4);
        Assert.Equal(
            generator.state_dict().Keys.Select(key => "g." + key)
                .Concat(discriminator.state_dict().Keys.Select(key => "d." + key)).Order(),
            keys.Order());
    }

    [Theory]
    [InlineData(33, 3, 128, 256)]
    [InlineData(32, 0, 128, 256)]
    [InlineData(32, 3, 0, 256)]
    [InlineData(32, 3, 128, 0)]
    [InlineData(64, 3, 128, 24)]
    public void Constructors_WithNumbersOutOfRange_Throw(long imageSize, long channels, long latentSize, long width)
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => new SnganGenerator(imageSize, channels, latentSize, width));
        if (latentSize > 0)
            Assert.Throws<ArgumentOutOfRangeException>(() => new SnganDiscriminator(imageSize, channels, width));
    }

    [Fact]
    public void Constructor_WithAnUnknownSize_NamesTheKnownOnes()
    {
        var error = Assert.Throws<ArgumentOutOfRangeException>(() => new SnganGenerator(imageSize: 48));

        Assert.Contains("32, 64, 128", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Forward_OfTheWrongShape_NamesBothShapes()
    {
        using var scope = NewDisposeScope();
        using var generator = new SnganGenerator(latentSize: 5, width: 4);
        using var discriminator = new SnganDiscriminator(width: 4);

        var error = Assert.Throws<ArgumentException>(() => generator.call(randn(2, 6)));
        Assert.Contains("(2, 6)", error.Message, StringComparison.Ordinal);
        error = Assert.Throws<ArgumentException>(() => discriminator.call(torch.zeros(2, 3, 28, 28)));
        Assert.Contains("(B, 3, 32, 32)", error.Message, StringComparison.Ordinal);
        Assert.Contains("(2, 3, 28, 28)", error.Message, StringComparison.Ordinal);
    }

    private static IEnumerable<string> GeneratorBlock(string name, long inputs, long outputs) =>
    [
        $"{name}.c1.weight ({outputs}, {inputs}, 3, 3)", $"{name}.c1.bias ({outputs})",
        $"{name}.c2.weight ({outputs}, {outputs}, 3, 3)", $"{name}.c2.bias ({outputs})",
        $"{name}.c_sc.weight ({outputs}, {inputs}, 1, 1)", $"{name}.c_sc.bias ({outputs})",
        .. BatchNorm($"{name}.b1", inputs), .. BatchNorm($"{name}.b2", outputs),
    ];

    private static string[] BatchNorm(string name, long channels) =>
    [
        $"{name}.weight ({channels})", $"{name}.bias ({channels})", $"{name}.running_mean ({channels})",
        $"{name}.running_var ({channels})", $"{name}.num_batches_tracked ()",
    ];

    private static string[] Normalised(string name, long outputs, long inputs, long kernel) =>
    [
        $"{name}.bias ({outputs})",
        $"{name}.parametrizations.weight.original ({outputs}, {inputs}, {kernel}, {kernel})",
        $"{name}.parametrizations.weight.0._u ({outputs})",
        $"{name}.parametrizations.weight.0._v ({inputs * kernel * kernel})",
    ];

    private static IEnumerable<string> StateOf(nn.Module module) =>
        module.state_dict().Select(entry => $"{entry.Key} ({string.Join(", ", entry.Value.shape)})").Order();
}
