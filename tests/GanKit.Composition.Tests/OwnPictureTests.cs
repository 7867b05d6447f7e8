using System.Drawing;

namespace Composition;

/// <summary>
/// A way through a network that GanKit does not ship: the mean of what it makes of a picture and of its mirror image.
/// </summary>
internal sealed class MirroredFit(PictureFit inner) : PictureFit
{
    public override Tensor Run(Tensor pictures, PictureSizes sizes, Func<Tensor, Tensor> network) =>
        (inner.Run(pictures, sizes, network) + inner.Run(pictures.flip(3), sizes, network).flip(3)) / 2;
}

/// <summary>
/// A translator that says of itself which sizes it takes and how it runs; it adds a ramp from left to right.
/// </summary>
internal sealed class RampTranslator : Module<Tensor, Tensor>, IImageTranslator
{
    private readonly Module<Tensor, Tensor> _noise = Dropout(0.5);

    public RampTranslator() : base(nameof(RampTranslator)) => RegisterComponents();

    public List<long[]> Seen { get; } = [];

    public InferenceMode InferenceMode => InferenceMode.RunningStatistics;

    public PictureSizes PictureSizes { get; } = new(multiple: 8);

    public override Tensor forward(Tensor images)
    {
        Seen.Add(images.shape);
        return _noise.call(images) + linspace(0, 1, images.shape[3], device: images.device); // (B, C, H, W)
    }
}

/// <summary>Pictures computed, not read: image i is grey of brightness i / count, class i % 2.</summary>
internal sealed class GreySource(int count, int size) : ImageSource
{
    public override int Count => count;

    public override IReadOnlyList<string> Classes => ["even", "odd"];

    public override string Name(int index) => $"grey {index}";

    public override LazyImage Open(int index) => index == 13
        ? throw new InvalidDataException("it is the thirteenth")
        : LazyImage.FromTensor(full(1, size, size, (double)index / count));

    public override long? Label(int index) => index % 2;
}

/// <summary>Swaps light and dark for every sample, or for half of them at random.</summary>
internal sealed class Negative(double probability) : ImageTransform
{
    public override Func<LazyImage, LazyImage> Draw(Random random) =>
        random.NextDouble() < probability ? image => new NegativeImage(image) : image => image;
}

/// <summary>An image with light and dark swapped, of which only the pixels that are needed are computed.</summary>
internal sealed class NegativeImage(LazyImage image) : LazyImage(image)
{
    protected override void RenderCore(Rectangle part, Span<float> pixels)
    {
        Source.Render(part, pixels);
        foreach (ref var value in pixels)
            value = -value;
    }
}

public class OwnPictureTests
{
    [Fact]
    public void PictureFit_AroundAShippedOne_IsHowTranslateRuns()
    {
        using var network = new RampTranslator();
        using var picture = rand(1, 3, 16, 16);
        network.eval();

        using var result = network.Translate(
            picture, new TranslateOptions { Fit = new MirroredFit(PictureFit.PadAndCrop) });

        TensorAssert.Close(picture + 0.5, result); // a ramp and its mirror image are 0.5 in the mean
        Assert.Equal(2, network.Seen.Count);
    }

    [Fact]
    public void Translator_ThatStatesItsSizesAndMode_IsRunSo()
    {
        using var network = new RampTranslator();
        using var picture = ones(3, 13, 8);
        Assert.Contains("eval()", Assert.Throws<InvalidOperationException>(() => network.Translate(picture)).Message);
        network.eval();

        using var result = network.Translate(picture);

        Assert.Equal([1, 3, 16, 8], network.Seen.Single());
        TensorAssert.Close(1 + linspace(0, 1, 8).expand(3, 13, 8), result); // no dropout
        Assert.False(network.training);
    }

    [Fact]
    public void ImageSource_OfOnesOwn_ComesThroughTheLoaderWithItsLabels()
    {
        var data = new ImageDataset(new GreySource(count: 8, size: 20)).CenterCrop(16);

        var batches = data.Batches(batchSize: 4, shuffle: false, workers: 2).Select(batch =>
            (batch.Real.shape, Greys: batch.Real[.., 0, 0, 0].data<float>().ToArray(),
                Labels: batch.Condition!.data<long>().ToArray())).ToArray();

        Assert.All(batches, batch => Assert.Equal([4, 1, 16, 16], batch.shape));
        Assert.Equal([0, 0.125f, 0.25f, 0.375f, 0.5f, 0.625f, 0.75f, 0.875f], batches.SelectMany(batch => batch.Greys));
        Assert.Equal([0, 1, 0, 1, 0, 1, 0, 1], batches.SelectMany(batch => batch.Labels));
    }

    [Fact]
    public void ImageSource_WithABrokenImage_IsNamedInTheError()
    {
        var data = new ImageDataset(new GreySource(count: 16, size: 16));

        var failure = Assert.ThrowsAny<Exception>(
            () => data.Batches(batchSize: 4, shuffle: false).Count(batch => batch.Size > 0));

        Assert.Contains("grey 13", failure.Message, StringComparison.Ordinal);
        Assert.Contains("it is the thirteenth", failure.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(1.0)]
    [InlineData(0.5)]
    public void ImageTransform_OfOnesOwn_DoesTheSameToBothImagesOfAPair(double probability)
    {
        var source = new GreySource(count: 8, size: 16);
        var data = ImageDataset.Paired(source, source).With(new Negative(probability));
        var signs = new List<float>();

        foreach (var batch in data.Batches(batchSize: 8, seed: 1, shuffle: true))
        {
            TensorAssert.Equal(batch.Condition!, batch.Real);
            signs.AddRange(batch.Real[.., 0, 0, 0].sign().data<float>());
        }

        Assert.Equal(probability == 1, !signs.Contains(1));
        Assert.Contains(-1, signs);
    }
}
