using System.Drawing;
using CsCheck;
using GanKit.Tests.Data.Loading;

namespace GanKit.Tests.Imaging.Painting;

/// <summary>Painted images are libtorch's, whichever part of them is asked for.</summary>
public class PaintingTests
{
    private static Tensor Random(int channels, int height, int width, int seed)
    {
        var random = new Random(seed);
        return tensor([.. Enumerable.Range(0, channels * height * width).Select(_ => random.Next(256) * (2 / 255f) - 1)], [channels, height, width]);
    }

    private static void AssertPaints(Tensor expected, LazyImage image, int seed)
    {
        var random = new Random(seed);
        PlainLoader.AssertSame(expected, image.ToTensor());
        for (var i = 0; i < 3; i++)
        {
            int top = random.Next(image.Height), left = random.Next(image.Width);
            var (height, width) = (1 + random.Next(image.Height - top), 1 + random.Next(image.Width - left));
            var part = new Rectangle(left, top, width, height);
            PlainLoader.AssertSame(
                expected.narrow(1, part.Top, part.Height).narrow(2, part.Left, part.Width), image.Crop(part).ToTensor());
        }

        Assert.Equal(default, image.Context.Here);
    }

    [Theory, InlineData("bilinear"), InlineData("bicubic")]
    public void Resize_AnySizes_IsLibtorchsAndLeavesTheRenderContextAsItWas(string name)
    {
        var interpolation = name == "bilinear" ? Interpolation.Bilinear : Interpolation.Bicubic;
        Gen.Select(Gen.Int[1, 4], Gen.Int[1, 70], Gen.Int[1, 70], Gen.Int[1, 70], Gen.Int[2, 70], Gen.Int[0, 9999]).Sample((c, h, w, toH, toW, seed) =>
        {
            using var scope = NewDisposeScope();
            var image = Random(c, h, w, seed);
            AssertPaints(interpolation.Resize(image, toH, toW), LazyImage.FromTensor(image).Resize(toH, toW, interpolation), seed);
        }, iter: 150, threads: 1);
    }

    /// <summary>Decoded pixels, and parts of them, are laid side by side before they are converted.</summary>
    [Theory, InlineData(1), InlineData(3), InlineData(4)]
    public void Resize_DecodedPixels_IsLibtorchs(int channels) =>
        Gen.Select(Gen.Int[1, 40], Gen.Int[1, 40], Gen.Int[1, 40], Gen.Int[2, 40], Gen.Bool, Gen.Int[0, 9999])
        .Sample((h, w, toH, toW, opaque, seed) =>
        {
            using var scope = NewDisposeScope();
            var random = new Random(seed);
            var rgba = new byte[4 * h * w];
            random.NextBytes(rgba);
            var image = new RgbaImage<byte>(rgba, h, w, new(channels, Color.FromArgb(10, 200, 90), opaque));
            int top = random.Next(h), left = random.Next(w);
            var cropped = image.Crop(new(left, top, w - left, h - top));
            foreach (var stored in new[] { image, cropped, image.FlipHorizontally() })
            {
                var expected = Interpolation.Bilinear.Resize(stored.ToTensor(), toH, toW);
                AssertPaints(expected, stored.Resize(toH, toW), seed);
            }
        }, iter: 60, threads: 1);

    [Fact]
    public void Resize_ToItsOwnSize_IsTheImageItself()
    {
        using var pixels = zeros(3, 4, 5);
        var image = LazyImage.FromTensor(pixels);
        foreach (var interpolation in new[] { Interpolation.Nearest, Interpolation.Bilinear, Interpolation.Bicubic, Interpolation.Area })
            Assert.Same(image, image.Resize(4, 5, interpolation));
    }

    [Fact]
    public void Padding_AnyPart_IsTheReflection() =>
        Gen.Select(Gen.Int[2, 20], Gen.Int[2, 20], Gen.Int[1, 19], Gen.Int[0, 9999]).Where((h, w, pad, _) => pad < h && pad < w).Sample((h, w, pad, seed) =>
        {
            using var scope = NewDisposeScope();
            var image = Random(2, h, w, seed);
            var padded = nn.functional.pad(image.unsqueeze(0), [pad, pad, pad, pad], PaddingModes.Reflect).squeeze(0);
            AssertPaints(padded, LazyImage.FromTensor(image).Pad(pad), seed);
        }, iter: 60, threads: 1);

    [Fact]
    public void Padding_AsLargeAsTheImage_SaysSo()
    {
        using var pixels = zeros(1, 4, 9);
        var message = Assert.Throws<InvalidOperationException>(() => LazyImage.FromTensor(pixels).Pad(4)).Message;
        Assert.Contains("4 x 9", message);
    }

    [Fact]
    public void Flip_AnyPart_IsTheMirrorImage() =>
        Gen.Select(Gen.Int[1, 20], Gen.Int[1, 40], Gen.Int[0, 9999]).Sample((h, w, seed) =>
        {
            using var scope = NewDisposeScope();
            var image = Random(3, h, w, seed);
            AssertPaints(image.flip(2), LazyImage.FromTensor(image).FlipHorizontally(), seed);
        }, iter: 40, threads: 1);

    [Theory]
    [InlineData(1, false), InlineData(3, false), InlineData(4, false), InlineData(1, true), InlineData(3, true), InlineData(4, true)]
    public void Conversion_OfEightPixelsAtOnce_IsThatOfSingleOnes(int channels, bool isOpaque)
    {
        var random = new Random(1);
        var rgba = new byte[4 * 1003];
        random.NextBytes(rgba);
        for (var i = 0; i < rgba.Length; i += 12) // greys
            rgba[i + 1] = rgba[i + 2] = rgba[i];
        for (var i = 3; i < rgba.Length; i += 4)
            rgba[i] = isOpaque || i % 3 == 0 ? byte.MaxValue : rgba[i];
        var conversion = new RgbaConversion(channels, Color.FromArgb(10, 200, 90), isOpaque);
        var (together, apart) = (new float[channels * 1003], new float[channels * 1003]);
        conversion.Convert<byte>(rgba, together, 1003);
        for (var i = 0; i < 1003; i++)
            conversion.Convert<byte>(rgba.AsSpan(4 * i, 4), apart.AsSpan(i), 1003);
        Assert.Equal(apart.Select(BitConverter.SingleToInt32Bits), together.Select(BitConverter.SingleToInt32Bits));

        // What is opaque needs no blending to be the same.
        new RgbaConversion(channels, Color.White, !isOpaque && channels == 4).Convert<byte>(rgba, apart, 1003);
        if (isOpaque || channels == 4)
            Assert.Equal(apart, together);
    }

    [Fact]
    public void FromTensor_NotThreeDimensions_SaysTheShape()
    {
        using var pixels = zeros(1, 3, 4, 4);
        Assert.Contains("(1, 3, 4, 4)", Assert.Throws<ArgumentException>("image", () => LazyImage.FromTensor(pixels)).Message);
    }

    [Theory, InlineData(-1, 0, 1, 1), InlineData(0, -1, 1, 1), InlineData(0, 0, 6, 1), InlineData(0, 0, 1, 5), InlineData(5, 0, 1, 1), InlineData(0, 0, 0, 1),
        InlineData(1, 1, int.MaxValue, 1)]
    public void CropAndRender_NotWithinTheImage_SayBoth(int left, int top, int width, int height)
    {
        using var pixels = zeros(3, 4, 5);
        var image = LazyImage.FromTensor(pixels);
        Assert.Contains("4 x 5", Assert.Throws<ArgumentException>("window", () => image.Crop(new(left, top, width, height))).Message);
        Assert.Throws<ArgumentException>("part", () => image.Render(new(left, top, width, height), new float[60]));
    }

    [Fact]
    public void Render_RoomOfAnotherLength_SaysHowMuchIsNeeded()
    {
        using var pixels = zeros(3, 4, 5);
        var image = LazyImage.FromTensor(pixels);
        Assert.Contains("60 values", Assert.Throws<ArgumentException>("pixels", () => image.Render(new(0, 0, 5, 4), new float[61])).Message);
        Assert.Throws<ArgumentOutOfRangeException>("height", () => image.Resize(0, 4));
        Assert.Throws<ArgumentOutOfRangeException>("padding", () => image.Pad(-1));
    }
}
