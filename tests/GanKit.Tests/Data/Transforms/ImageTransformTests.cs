using CsCheck;

namespace GanKit.Tests.Data.Transforms;

public class ImageTransformTests
{
    private static SeededRandom Seeded(long seed = 1) => new SeededRandom(seed);

    private static Func<Tensor, Tensor> Draw(ImageTransform transform, Random? random = null)
    {
        var apply = transform.Draw(random ?? Seeded());
        return image => apply(LazyImage.FromTensor(image)).ToTensor();
    }

    /// <summary>An image whose every pixel says where it is.</summary>
    private static Tensor Places(int height, int width) => arange(height * width, float32).view(1, height, width);

    [Theory, InlineData(30, 45, 20, 30), InlineData(45, 30, 30, 20), InlineData(33, 50, 20, 30), InlineData(20, 20, 20, 20),
        InlineData(7, 10, 20, 28)]
    public void Resize_ShorterSide_KeepsProportionsRoundingDown(int height, int width, int newHeight, int newWidth)
    {
        using var scope = NewDisposeScope();
        Assert.Equal([3, newHeight, newWidth], Draw(ImageTransform.Resize(20))(zeros(3, height, width)).shape);
    }

    [Fact]
    public void Resize_HeightAndWidth_IsExact()
    {
        using var scope = NewDisposeScope();
        Assert.Equal([3, 5, 9], Draw(ImageTransform.Resize(5, 9, Interpolation.Area))(zeros(3, 30, 20)).shape);
    }

    [Fact]
    public void CenterCrop_KeepsTheMiddle()
    {
        using var scope = NewDisposeScope();
        var cropped = Draw(ImageTransform.CenterCrop(2, 3))(Places(5, 7));
        Assert.Equal([1, 2, 3], cropped.shape);
        Assert.Equal(7 + 2, cropped[0, 0, 0].item<float>());
    }

    [Fact]
    public void RandomCrop_ReachesEveryPlaceEquallyOften()
    {
        using var scope = NewDisposeScope();
        var random = Seeded();
        var transform = ImageTransform.RandomCrop(3, 2);
        var places = Places(5, 4);
        var counts = Enumerable.Range(0, 4500).CountBy(_ => Draw(transform, random)(places)[0, 0, 0].item<float>())
            .ToDictionary();
        Assert.Equal([0f, 1, 2, 4, 5, 6, 8, 9, 10], counts.Keys.Order());
        Assert.All(counts.Values, count => Assert.InRange(count, 400, 600));
    }

    [Fact]
    public void RandomCrop_OneDraw_CropsImagesOfASampleAtOnePlace() =>
        Gen.Select(Gen.Int[1, 9], Gen.Int[1, 9], Gen.Long).Sample((height, width, seed) =>
        {
            using var scope = NewDisposeScope();
            var apply = Draw(ImageTransform.RandomCrop(height, width, padding: 2), Seeded(seed));
            var (one, other) = (Places(9, 9), Places(9, 9) + 100);
            Assert.True(apply(other).allclose(apply(one) + 100));
        }, iter: 50, threads: 1);

    [Fact]
    public void Crops_ImagesOfASampleOfTwoSizes_Throw()
    {
        using var scope = NewDisposeScope();
        foreach (var crop in new[] { ImageTransform.RandomCrop(2), ImageTransform.CenterCrop(2) })
        {
            var apply = Draw(crop);
            apply(Places(5, 4));
            apply(cat([Places(5, 4), Places(5, 4)], 0));
            var message = Assert.Throws<InvalidOperationException>(() => apply(Places(5, 5))).Message;
            Assert.Contains("5 x 4 (height x width) and another 5 x 5", message);
        }
    }

    [Fact]
    public void RandomCrop_Padding_MirrorsTheImage()
    {
        using var scope = NewDisposeScope();
        // The whole padded image is the only crop of its size.
        var padded = Draw(ImageTransform.RandomCrop(4, 7, padding: 1))(Places(1, 5).expand(1, 2, 5));
        Assert.Equal([1f, 0, 1, 2, 3, 4, 3], padded[0, 0].data<float>().ToArray());
    }

    [Theory, InlineData(5, 3), InlineData(3, 5)]
    public void Crop_LargerThanTheImage_SaysBothSizes(int height, int width)
    {
        using var image = Places(4, 4);
        foreach (var crop in new[] { ImageTransform.CenterCrop(height, width), ImageTransform.RandomCrop(height, width) })
        {
            var message = Assert.Throws<InvalidOperationException>(() => Draw(crop)(image)).Message;
            Assert.Contains($"{height} x {width}", message);
            Assert.Contains("4 x 4", message);
        }
    }

    [Theory, InlineData(0), InlineData(0.25), InlineData(1)]
    public void FlipHorizontally_Probability_IsHowOftenSidesSwap(double probability)
    {
        using var scope = NewDisposeScope();
        var image = Places(1, 3);
        var random = Seeded();
        var transform = ImageTransform.FlipHorizontally(probability);
        var flips = Enumerable.Range(0, 2000).Count(_ => Draw(transform, random)(image)[0, 0, 0].item<float>() == 2);
        Assert.Equal(probability, flips / 2000.0, 0.03);
    }

    [Fact]
    public void FlipHorizontally_OneDraw_FlipsAllOrNone()
    {
        using var scope = NewDisposeScope();
        var image = Places(1, 3);
        for (long seed = 0; seed < 20; seed++)
        {
            var apply = Draw(ImageTransform.FlipHorizontally(), Seeded(seed));
            Assert.True(apply(image).allclose(apply(image)));
        }
    }

    [Theory, InlineData(-0.1), InlineData(1.1), InlineData(double.NaN)]
    public void FlipHorizontally_NoProbability_Throws(double probability) =>
        Assert.Throws<ArgumentOutOfRangeException>(nameof(probability), () => ImageTransform.FlipHorizontally(probability));

    [Fact]
    public void Sizes_BelowOne_Throw()
    {
        Assert.Throws<ArgumentOutOfRangeException>("shorterSide", () => ImageTransform.Resize(0));
        Assert.Throws<ArgumentOutOfRangeException>("width", () => ImageTransform.Resize(1, 0));
        Assert.Throws<ArgumentOutOfRangeException>("height", () => ImageTransform.CenterCrop(-1));
        Assert.Throws<ArgumentOutOfRangeException>("width", () => ImageTransform.RandomCrop(1, 0));
        Assert.Throws<ArgumentOutOfRangeException>("padding", () => ImageTransform.RandomCrop(1, 1, -1));
    }
}
