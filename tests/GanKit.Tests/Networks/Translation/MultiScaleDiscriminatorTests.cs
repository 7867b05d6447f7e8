using GanKit.Layers;

namespace GanKit.Tests.Networks;

/// <summary>
/// Several scales, spectral normalisation and upsampling. What they compute is in TranslationParityTests.
/// </summary>
public class MultiScaleDiscriminatorTests
{
    [Theory]
    [InlineData(96, 96)]
    [InlineData(101, 130)]
    public void Discriminate_OfAnImage_HalvesItForEachScale(long height, long width)
    {
        using var scope = NewDisposeScope();
        using var discriminator = new MultiScaleDiscriminator(width: 1);
        using var patch = new PatchDiscriminator(width: 1);
        var images = randn(2, 3, height, width);

        var maps = discriminator.Discriminate(images).Select(scale => scale.Logits).ToArray();

        Assert.Equal(3, discriminator.Scales);
        Assert.Equal(patch.call(images).shape, maps[0].shape);
        Assert.Equal(patch.call(randn(2, 3, (height + 1) / 2, (width + 1) / 2)).shape, maps[1].shape);
        Assert.Equal(patch.call(randn(2, 3, (height + 3) / 4, (width + 3) / 4)).shape, maps[2].shape);
    }

    [Fact]
    public void Forward_OfAnImage_CountsEveryScaleAlike()
    {
        using var scope = NewDisposeScope();
        using var discriminator = new MultiScaleDiscriminator(1, scales: 2, width: 2, layers: 1);
        var images = randn(2, 1, 36, 36);

        var maps = discriminator.Discriminate(images).Select(scale => scale.Logits).ToArray();
        var logits = discriminator.call(images);

        // With one layer a map has half the size less 2.
        Assert.Equal((16, 7), (maps[0].size(2), maps[1].size(2)));
        Assert.Equal([2, 2, 16, 16], logits.shape);
        TensorAssert.Close(maps[0], logits[.., ..1]);
        TensorAssert.Close(nn.functional.interpolate(maps[1], [16, 16]), logits[.., 1..]);
    }

    [Fact]
    public void Mean_OfTheLogits_IsTheMeanOfTheScalesMeans()
    {
        using var scope = NewDisposeScope();
        using var discriminator = new MultiScaleDiscriminator(1, scales: 2, width: 2, layers: 1);
        var images = randn(2, 1, 12, 12); // 4 x 4 logits, and of 6 x 6 pixels a single one
        var maps = discriminator.Discriminate(images).Select(scale => scale.Logits).ToArray();

        TensorAssert.Close((maps[0].mean() + maps[1].mean()) / 2, discriminator.call(images).mean());
        Assert.Equal((4, 1), (maps[0].size(2), maps[1].size(2)));
    }

    [Fact]
    public void Forward_OfTooSmallAnImage_SaysHowLargeItMustBe()
    {
        using var scope = NewDisposeScope();
        using var discriminator = new MultiScaleDiscriminator(width: 1);

        Assert.Equal([1, 3, 10, 10], discriminator.call(randn(1, 3, 96, 96)).shape);
        Assert.Contains("at least 96 x 96", Assert.Throws<ArgumentException>(
            "images", () => discriminator.call(randn(1, 3, 95, 96))).Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentOutOfRangeException>("scales", () => new MultiScaleDiscriminator(scales: 0));
        Assert.Throws<ArgumentOutOfRangeException>("scales", () => new MultiScaleDiscriminator(scales: 9));
    }

    [Fact]
    public void Forward_InALoop_LeavesOnlyItsResult()
    {
        using var discriminator = new MultiScaleDiscriminator(1, scales: 2, width: 1, layers: 1);
        using var images = randn(1, 1, 16, 16);
        using var scope = NewDisposeScope();

        discriminator.call(images);
        discriminator.call(images);

        Assert.Equal(2, scope.DisposablesCount);
    }

    [Fact]
    public void SpectralNorm_OfEachNetwork_IsOnAllConvolutions()
    {
        foreach (var network in new nn.Module[]
        {
            new ResnetGenerator(width: 1, blocks: 1, spectralNorm: true),
            new ResnetGenerator(width: 1, blocks: 1, upsampling: Upsampling.ResizeConvolution, spectralNorm: true),
            new UnetGenerator(downs: 5, width: 1, spectralNorm: true),
            new PatchDiscriminator(width: 1, spectralNorm: true),
            new PixelDiscriminator(width: 1, spectralNorm: true),
            new MultiScaleDiscriminator(width: 1, spectralNorm: true),
        })
        {
            using var own = network;
            var convolutions = network.named_parameters().Where(entry => entry.parameter.dim() == 4).ToArray();
            Assert.NotEmpty(convolutions);
            Assert.All(convolutions, entry => Assert.EndsWith(".parametrizations.weight.original", entry.name));
        }
    }

    /// <summary>A normalised network is the plain one whose weights were divided.</summary>
    [Theory]
    [InlineData("None")]
    [InlineData("Instance")]
    [InlineData("Batch")]
    public void SpectralNorm_OfAUnet_IsThePlainOneOfDividedWeights(string norm)
    {
        using var scope = NewDisposeScope();
        var choice = new[] { Norm.None, Norm.Instance, Norm.Batch }.Single(choice => choice.Name == norm);
        using var normalised = new UnetGenerator(downs: 5, width: 1, norm: choice, spectralNorm: true);
        using var plain = new UnetGenerator(
            downs: 5, width: 1, norm: new Norm("Same", choice.Create, choice.RemovesChannelMean));
        normalised.to(float64).eval();
        plain.to(float64).eval();
        using var noGrad = no_grad();
        var state = normalised.state_dict();
        var transposed = normalised.named_modules().Where(entry => entry.module is SpectralNormConvTranspose2d)
            .Select(entry => entry.name).ToHashSet();
        foreach (var (key, weight) in plain.state_dict())
        {
            var layer = key[..key.LastIndexOf('.')];
            if (!state.TryGetValue($"{layer}.parametrizations.weight.original", out var original))
            {
                weight.copy_(state[key]);
            }
            else if (key.EndsWith("weight", StringComparison.Ordinal))
            {
                var matrix = (transposed.Contains(layer) ? original.transpose(0, 1) : original).flatten(1);
                var (u, v) = (
                    state[$"{layer}.parametrizations.weight.0._u"], state[$"{layer}.parametrizations.weight.0._v"]);
                weight.copy_(original / u.dot(matrix.mv(v)));
            }
        }

        var images = randn(2, 3, 32, 64, dtype: float64);
        // What biases only one of them has are zero at first.
        TensorAssert.Close(plain.call(images), normalised.call(images), 1e-9, 1e-9);
    }

    [Fact]
    public void Upsampling_OfAResnet_LeavesTheOtherKeysAlone()
    {
        using var transposed = new ResnetGenerator(width: 2, blocks: 1);
        using var resized = new ResnetGenerator(width: 2, blocks: 1, upsampling: Upsampling.ResizeConvolution);
        var others = NetworkState.ShapesOf(transposed).Where(entry => !IsUp(entry.Key)).OrderBy(entry => entry.Key);

        Assert.Equal("(8, 4, 3, 3)", NetworkState.ShapesOf(transposed)["model.11.weight"]);
        Assert.Equal("(4, 8, 3, 3)", NetworkState.ShapesOf(resized)["model.11.2.weight"]);
        Assert.Equal(others, NetworkState.ShapesOf(resized).Where(entry => !IsUp(entry.Key)).OrderBy(entry => entry.Key));
        Assert.Equal("Transposed, ResizeConvolution", $"{transposed.Upsampling}, {resized.Upsampling}");

        static bool IsUp(string key) => key.StartsWith("model.11.", StringComparison.Ordinal)
            || key.StartsWith("model.14.", StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(2, 4, 8)]
    [InlineData(3, 8, 24)]
    [InlineData(4, 48, 16)]
    [InlineData(5, 32, 96)]
    [InlineData(6, 128, 64)]
    [InlineData(7, 128, 128)]
    [InlineData(8, 256, 512)]
    public void Unet_OfEveryDepth_KeepsSizesThatFit(int downs, long height, long width)
    {
        using var scope = NewDisposeScope();
        using var noGrad = no_grad();
        foreach (var norm in new[] { Norm.Batch, Norm.Instance, Norm.None })
        {
            using var generator = new UnetGenerator(1, 2, downs, width: 1, norm);
            Assert.Equal([1, 2, height, width], generator.call(randn(1, 1, height, width)).shape);
        }
    }

    /// <summary>Without a norm named, it is the reference's, whatever else is asked for.</summary>
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Norm_OfNull_IsTheNetworksOwn(bool spectralNorm)
    {
        Assert.Same(Norm.Batch, new PatchDiscriminator(width: 1, spectralNorm: spectralNorm).Norm);
        Assert.Same(Norm.Batch, new PixelDiscriminator(width: 1, spectralNorm: spectralNorm).Norm);
        Assert.Same(Norm.Batch, new UnetGenerator(downs: 5, width: 1, spectralNorm: spectralNorm).Norm);
        Assert.Same(Norm.Instance, new ResnetGenerator(width: 1, blocks: 1, spectralNorm: spectralNorm).Norm);
        Assert.Contains(
            new MultiScaleDiscriminator(width: 1, scales: 1, spectralNorm: spectralNorm).modules(),
            module => module.GetType().Name.Contains("InstanceNorm", StringComparison.Ordinal));
    }
}
