using GanKit.Layers;
using static TorchSharp.torch.nn;

namespace GanKit.Tests.Inference;

public class TranslateTests
{
    private static readonly Dictionary<string, PictureFit> Fits = new()
    {
        ["pad"] = PictureFit.PadAndCrop,
        ["resize"] = PictureFit.Resize(),
        ["resize to"] = PictureFit.Resize((16, 40)),
        ["tiles"] = PictureFit.Tiles(size: 16, overlap: 8),
        ["tiles that touch"] = PictureFit.Tiles(size: 9, overlap: 0),
    };

    public static TheoryData<string, int, int> Cases { get; } = new MatrixTheoryData<string, int, int>(
        [.. Fits.Keys], [1, 7, 32, 45], [3, 21]);

    [Theory]
    [MemberData(nameof(Cases))]
    public void Translate_OfAnySize_GivesItBack(string fit, int height, int width)
    {
        using var scope = NewDisposeScope();
        using var generator = new ResnetGenerator(3, 2, width: 1, blocks: 1);

        var result = generator.Translate(randn(1, 3, height, width), new TranslateOptions { Fit = Fits[fit] });

        Assert.Equal([1, 2, height, width], result.shape);
        TensorAssert.Finite(result);
        Assert.False(result.requires_grad);
    }

    [Fact]
    public void Translate_OfASizeThatFits_IsTheNetworkItself()
    {
        using var scope = NewDisposeScope();
        using var generator = new ResnetGenerator(width: 2, blocks: 1, norm: Norm.Batch, dropout: true)
        {
            InferenceMode = InferenceMode.RunningStatistics,
        };
        var images = randn(2, 3, 16, 12);
        generator.eval();
        var expected = generator.call(images);
        generator.train();

        foreach (var fit in new[] { PictureFit.PadAndCrop, PictureFit.Resize(), PictureFit.Tiles() })
            TensorAssert.Equal(expected, generator.Translate(images, new TranslateOptions { Fit = fit }));
        Assert.True(generator.training);
    }

    [Fact]
    public void Translate_OfOnePictureWithoutABatch_GivesOne()
    {
        using var scope = NewDisposeScope();
        using var generator = new ResnetGenerator(3, 1, width: 1, blocks: 0);
        var images = randn(1, 3, 9, 14);

        var result = generator.Translate(images[0]);

        Assert.Equal([1, 9, 14], result.shape);
        TensorAssert.Equal(generator.Translate(images)[0], result);
    }

    /// <summary>
    /// A network that sees 4 pixels far, on a grid of 4: what is within a quarter of an overlap of 16 of a square's border
    /// is wrong there, and not used.
    /// </summary>
    [Theory]
    [InlineData(32, 16, 100, 68)]
    [InlineData(32, 16, 50, 33)]
    [InlineData(24, 17, 61, 24)]
    [InlineData(64, 16, 33, 160)]
    public void Tiles_OfALocalNetwork_EqualTheWhole(int size, int overlap, int height, int width)
    {
        using var scope = NewDisposeScope();
        using var network = new Local();
        var images = randn(2, 3, height, width, dtype: float64);

        var whole = network.Translate(images);
        network.Calls = 0;
        var tiled = network.Translate(images, new TranslateOptions { Fit = PictureFit.Tiles(size, overlap) });

        Assert.InRange(network.Calls, 2, 100);
        TensorAssert.Close(whole, tiled, absolute: 1e-12);
    }

    [Fact]
    public void Tiles_OfPixels_AreSeamless()
    {
        using var scope = NewDisposeScope();
        using var enlarge = Upsample(scale_factor: [2, 2], mode: UpsampleMode.Nearest);
        var images = randn(1, 3, 70, 41, dtype: float64);

        foreach (var (size, overlap) in new[] { (16, 0), (16, 1), (16, 15), (17, 6), (40, 39) })
        {
            var tiled = enlarge.Translate(images, new TranslateOptions { Fit = PictureFit.Tiles(size, overlap) });
            TensorAssert.Close(enlarge.call(images), tiled, absolute: 1e-12);
        }
    }

    [Fact]
    public void Tiles_OfAUnet_CoverPicturesThatAreNoMultiple()
    {
        using var scope = NewDisposeScope();
        using var generator = new UnetGenerator(1, 1, downs: 5, width: 1) { InferenceMode = InferenceMode.BatchStatistics };

        var result = generator.Translate(
            randn(1, 1, 75, 33), new TranslateOptions { Fit = PictureFit.Tiles(size: 32, overlap: 8) });

        Assert.Equal([1, 1, 75, 33], result.shape);
        TensorAssert.Finite(result);
    }

    [Fact]
    public void Translate_OfAUnet_DrawsAsPix2PixAndChangesNothing()
    {
        using var scope = NewDisposeScope();
        using var generator = new UnetGenerator(downs: 6, width: 2, dropout: true);
        generator.eval();
        var state = generator.state_dict().ToDictionary(entry => entry.Key, entry => entry.Value.clone());
        var picture = randn(1, 3, 64, 64);

        var (first, second) = (generator.Translate(picture), generator.Translate(picture));

        Assert.False(first.equal(second).all().item<bool>()); // dropout
        Assert.False(generator.training);
        foreach (var (key, value) in generator.state_dict())
            TensorAssert.Equal(state[key], value);
        var options = new TranslateOptions { Mode = InferenceMode.RunningStatistics };
        TensorAssert.Equal(generator.call(picture).detach(), generator.Translate(picture, options));
    }

    [Fact]
    public void Translate_OfANetworkThatSaysNothing_EvaluatesAndTakesTheOptionsSizes()
    {
        using var scope = NewDisposeScope();
        using var network = Sequential(BatchNorm2d(3), Conv2d(3, 3, 2, stride: 2), Upsample(scale_factor: [2, 2]));
        var images = randn(1, 3, 7, 9);
        var running = network.state_dict()["0.running_mean"].clone();
        network.eval();

        var result = network.Translate(images, new TranslateOptions { Sizes = new PictureSizes(2) });

        Assert.Equal([1, 3, 7, 9], result.shape);
        TensorAssert.Equal(running, network.state_dict()["0.running_mean"]);
        var padded = functional.pad(images, [0, 1, 0, 1], PaddingModes.Reflect);
        TensorAssert.Close(network.call(padded).detach()[.., .., ..7, ..9], result);
    }

    [Theory]
    [InlineData("pad")]
    [InlineData("resize to")]
    [InlineData("tiles")]
    public void Translate_InALoop_LeavesOnlyItsResult(string fit)
    {
        using var generator = new ResnetGenerator(width: 1, blocks: 1, norm: Norm.Batch);
        using var images = randn(1, 3, 33, 18);
        var options = new TranslateOptions { Fit = Fits[fit] };
        generator.Translate(images, options).Dispose();
        var before = LiveTensors.OfThisThread;

        using var result = generator.Translate(images, options);

        Assert.Equal(before + 1, LiveTensors.OfThisThread);
    }

    [Fact]
    public void Translate_OfWhatIsNoTranslation_SaysWhy()
    {
        using var scope = NewDisposeScope();
        using var generator = new ResnetGenerator(width: 1, blocks: 0);
        using var discriminator = new PatchDiscriminator(width: 1);

        Assert.Contains("(B, C, H, W), or one (C, H, W), not (8, 8)", Assert.Throws<ArgumentException>(
            "images", () => generator.Translate(randn(8, 8))).Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentException>("images", () => generator.Translate(randn(0, 3, 8, 8)));
        Assert.Contains("/ 127.5 - 1", Assert.Throws<ArgumentException>(
            "images", () => generator.Translate(zeros(3, 8, 8, dtype: uint8))).Message, StringComparison.Ordinal);
        Assert.Contains("it made (1, 1, 6, 6) of 64 x 64", Assert.Throws<ArgumentException>(
            () => discriminator.Translate(randn(1, 3, 64, 64))).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(ScalarType.Float64, ScalarType.Float32)]
    [InlineData(ScalarType.Float32, ScalarType.Float64)]
    [InlineData(ScalarType.Float32, ScalarType.BFloat16)]
    public void Translate_OfANetworkOfAnotherType_GivesItsOwn(ScalarType pictures, ScalarType network)
    {
        using var scope = NewDisposeScope();
        using var generator = new ResnetGenerator(width: 2, blocks: 1).to(network);

        Assert.Equal(network, generator.Translate(randn(3, 9, 10, dtype: pictures)).dtype);
    }

    [Fact]
    public void Fits_OfImpossibleNumbers_AreRefused()
    {
        Assert.Throws<ArgumentOutOfRangeException>("size", () => PictureFit.Tiles(0));
        Assert.Throws<ArgumentOutOfRangeException>("overlap", () => PictureFit.Tiles(16, 16));
        Assert.Throws<ArgumentOutOfRangeException>("overlap", () => PictureFit.Tiles(16, -1));
        Assert.Throws<ArgumentOutOfRangeException>("size", () => PictureFit.Resize((0, 4)));
        Assert.Throws<ArgumentOutOfRangeException>("multiple", () => new PictureSizes(0));
        Assert.Throws<ArgumentOutOfRangeException>("smallest", () => new PictureSizes(4, 0));
    }

    [Theory]
    [InlineData(1, 8, 8)]
    [InlineData(8, 8, 8)]
    [InlineData(9, 12, 8)]
    [InlineData(10, 12, 12)]
    [InlineData(33, 36, 32)]
    public void PictureSizes_OfASize_AreTheNextAndTheNearest(long size, long next, long nearest)
    {
        var sizes = new PictureSizes(multiple: 4, smallest: 7);

        Assert.Equal((next, nearest), (sizes.AtLeast(size), sizes.Nearest(size)));
        Assert.Equal((4, 7), (sizes.Multiple, sizes.Smallest));
    }

    /// <summary>Sees 4 pixels far, at most, and starts its grid anew every 4 pixels.</summary>
    private sealed class Local : Module<Tensor, Tensor>, IImageTranslator
    {
        private readonly Module<Tensor, Tensor> _layers;

        public Local() : base(nameof(Local))
        {
            _layers = Sequential(
                Conv2d(3, 4, 4, stride: 4), ReLU(), Upsample(scale_factor: [4, 4], mode: UpsampleMode.Nearest),
                Conv2d(4, 2, 3, padding: 1), Tanh());
            RegisterComponents();
            this.to(float64).eval();
        }

        public int Calls { get; set; }

        public InferenceMode InferenceMode => InferenceMode.RunningStatistics;

        public PictureSizes PictureSizes { get; } = new(4);

        public override Tensor forward(Tensor input)
        {
            Calls++;
            return _layers.call(input);
        }
    }
}
