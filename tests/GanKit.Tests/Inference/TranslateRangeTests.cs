using static TorchSharp.torch.nn;

namespace GanKit.Tests.Inference;

/// <summary>What a network sees of a picture, and what becomes of what it makes.</summary>
public class TranslateRangeTests
{
    [Theory]
    [InlineData(13, 21, 4, 8, 1)]
    [InlineData(3, 2, 32, 1, 1)]
    [InlineData(1, 1, 8, 1, 2)]
    [InlineData(16, 24, 4, 8, 4)]
    [InlineData(5, 7, 1, 1, 2)]
    public void Translate_AnySize_GrowsByReflectionToWhatFitsAndIsCutBack(
        long height, long width, long multiple, long smallest, int scale)
    {
        using var scope = NewDisposeScope();
        using var enlarge = new Enlarge(scale);
        enlarge.eval();
        var images = rand(2, 3, height, width) * 2 - 1;

        var result = enlarge.Translate(images, new() { Sizes = new(multiple, smallest) });

        TensorAssert.Close(images.repeat_interleave(scale, 2).repeat_interleave(scale, 3), result);
        Assert.All(enlarge.Seen!, size => Assert.True(size % multiple == 0 && size >= smallest));
        Assert.All(enlarge.Seen!.Zip([height, width]),
            pair => Assert.True(pair.First < Math.Max(pair.Second, smallest) + multiple));
    }

    [Fact]
    public void Translate_AtABorder_SeesTheReflectionOfThePicture()
    {
        using var scope = NewDisposeScope();
        var images = arange(5, float32).reshape(1, 1, 1, 5) / 10;
        using var enlarge = new Enlarge(1);
        enlarge.eval();

        _ = enlarge.Translate(images, new() { Sizes = new(16) });

        Assert.Equal([16, 16], enlarge.Seen!);
        // Grown by at most 4 on each side at a time: 5, then 13, then 16.
        float[] row = [0.3f, 0.4f, 0.3f, 0.2f, 0.1f, 0, 0.1f, 0.2f, 0.3f, 0.4f, 0.3f, 0.2f, 0.1f, 0, 0.1f, 0.2f];
        Assert.Equal(row, enlarge.FirstRow!.Select(value => MathF.Round(value, 3)));
    }

    [Theory]
    [InlineData(-1.0, null, 1.0, new[] { -1f, 0f, 1f })]
    [InlineData(0.0, null, 1.0, new[] { 0f, 0.5f, 1f })]
    [InlineData(0.0, -1.0, 1.0, new[] { -1f, 0f, 1f })]
    [InlineData(-1.0, 0.5, 1.0, new[] { 0.5f, 0.75f, 1f })]
    [InlineData(-1.0, 0.0, 255.0, new[] { 0f, 127.5f, 255f })]
    public void Translate_ANetworkOfAnotherRange_GetsAndGivesThatRange(double itsBlack, double? asked, double asks, float[] seen)
    {
        using var scope = NewDisposeScope();
        using var enlarge = new Enlarge(1) { Range = new(itsBlack, 1) };
        enlarge.eval();
        var images = tensor(new[] { -1f, 0f, 1f }).reshape(1, 1, 1, 3);

        var result = enlarge.Translate(images, new() { Range = asked is { } low ? new(low, asks) : null });

        Assert.Equal(seen, enlarge.FirstRow!);
        TensorAssert.Close(images, result);
    }

    /// <summary>SRGAN and ESRGAN work in [0, 1], and say so themselves.</summary>
    [Fact]
    public void Translate_OfASuperResolutionNetwork_IsItsOwnOnConvertedPictures()
    {
        using var scope = NewDisposeScope();
        using var srgan = new SrganGenerator(scale: 2, width: 4, blocks: 1);
        using var esrgan = new RrdbGenerator(width: 4, blocks: 1, growth: 2, scale: 2);
        var pictures = rand(1, 3, 8, 6) * 2 - 1;
        foreach (var network in new Module<Tensor, Tensor>[] { srgan, esrgan })
        {
            var translated = network.Translate(pictures);
            network.eval();
            TensorAssert.Close(network.call((pictures + 1) / 2) * 2 - 1, translated);
        }

        Assert.Equal([1, 3, 10, 14], esrgan.Translate(rand(1, 3, 5, 7)).shape);
    }

    /// <summary>Repeats pixels, and remembers what it was given.</summary>
    private sealed class Enlarge(int scale) : Module<Tensor, Tensor>(nameof(Enlarge)), IImageTranslator
    {
        public InferenceMode InferenceMode => InferenceMode.RunningStatistics;

        public PictureSizes PictureSizes { get; } = new();

        public ValueRange Range { get; init; } = ValueRange.Symmetric;

        public long[]? Seen { get; private set; }

        public float[]? FirstRow { get; private set; }

        public override Tensor forward(Tensor input)
        {
            Seen = input.shape[2..];
            FirstRow = input[0, 0, 0].data<float>().ToArray();
            return input.repeat_interleave(scale, 2).repeat_interleave(scale, 3);
        }
    }
}
