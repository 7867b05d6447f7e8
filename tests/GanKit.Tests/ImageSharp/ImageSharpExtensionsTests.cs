using GanKit.ImageSharp;
using SixLabors.ImageSharp;
using SixLabors.ImageSharp.Metadata.Profiles.Exif;
using SixLabors.ImageSharp.PixelFormats;

namespace GanKit.Tests.Companion;

public class ImageSharpExtensionsTests
{
    private static Tensor Levels(int channels, int most, params long[] before)
    {
        var shape = (long[])[.. before, channels, 5, 7];
        return randint(0, most + 1, shape).to(float64);
    }

    [Theory]
    [InlineData(1, 255), InlineData(3, 255), InlineData(4, 255), InlineData(1, 65535), InlineData(3, 65535), InlineData(4, 65535)]
    public void ToImage_AndBack_GivesEveryLevel(int channels, int most)
    {
        using var scope = NewDisposeScope();
        var levels = Levels(channels, most);
        var values = levels / most * 2 - 1;
        Tensor Back<TPixel>()
            where TPixel : unmanaged, IPixel<TPixel>
        {
            using var image = values.ToImage<TPixel>();
            Assert.Equal((7, 5), (image.Width, image.Height));
            return image.ToTensor(channels);
        }

        var back = (channels, most) switch
        {
            (1, 255) => Back<L8>(),
            (1, _) => Back<L16>(),
            (3, 255) => Back<Rgb24>(),
            (3, _) => Back<Rgb48>(),
            (_, 255) => Back<Rgba32>(),
            _ => Back<Rgba64>(),
        };

        Assert.Equal(levels.shape, back.shape);
        Assert.Equal(0, ((back.to(float64) + 1) / 2 * most - levels).abs().max().item<double>(), 0.01);
    }

    [Fact]
    public void ToImage_Batch_IsFramesInOrder()
    {
        using var scope = NewDisposeScope();
        var levels = Levels(3, 255, 4);
        using var image = (levels / 255).ToImage<Bgr24>(ValueRange.Unit);
        Assert.Equal(4, image.Frames.Count);
        var back = image.ToBatch();
        Assert.Equal([4, 3, 5, 7], back.shape);
        Assert.Equal(0, ((back.to(float64) + 1) * 127.5 - levels).abs().max().item<double>(), 1e-3);
        Assert.Equal([3, 5, 7], image.ToTensor().shape);
        using var one = levels.narrow(0, 0, 1).ToImage<Rgb24>(ValueRange.Bytes);
        Assert.Single(one.Frames);
    }

    [Theory]
    [InlineData(1, "ab/cd/ef"), InlineData(2, "ba/dc/fe"), InlineData(3, "fe/dc/ba"), InlineData(4, "ef/cd/ab")]
    [InlineData(5, "ace/bdf"), InlineData(6, "eca/fdb"), InlineData(7, "fdb/eca"), InlineData(8, "bdf/ace")]
    public void ToTensor_ExifOrientation_IsAppliedAndTheImageLeftAsItIs(int orientation, string upright)
    {
        using var scope = NewDisposeScope();
        foreach (var inFrame in new[] { false, true })
        {
            using var image = tensor(new float[] { 0, 1, 2, 3, 4, 5 }, [1, 3, 2]).ToImage<L8>(ValueRange.Bytes);
            var exif = new ExifProfile();
            exif.SetValue(ExifTag.Orientation, (ushort)orientation);
            if (inFrame)
                image.Frames.RootFrame.Metadata.ExifProfile = exif; // as of a TIFF page
            else
                image.Metadata.ExifProfile = exif;
            foreach (var turned in new[] { image.ToTensor(1), image.ToBatch(1)[0] })
            {
                var rows = upright.Split('/');
                Assert.Equal([1, rows.Length, rows[0].Length], turned.shape);
                Assert.Equal(
                    string.Concat(rows), string.Concat(turned.data<float>().Select(value => (char)('a' + Math.Round((value + 1) * 127.5)))));
            }

            Assert.Equal((2, 3), (image.Width, image.Height));
        }
    }

    [Fact]
    public void ToTensor_Transparency_ShowsTheBackgroundOrIsKept()
    {
        using var scope = NewDisposeScope();
        using var image = new Image<Rgba32>(1, 1, new Rgba32(200, 100, 50, 51));
        Assert.Equal((0.2 * 200 + 0.8 * 255) / 127.5 - 1, image.ToTensor()[0, 0, 0].item<float>(), 1e-5);
        Assert.Equal((0.2 * 200) / 127.5 - 1, image.ToTensor(background: System.Drawing.Color.Black)[0, 0, 0].item<float>(), 1e-5);
        Assert.Equal(51 / 127.5 - 1, image.ToTensor(4)[3, 0, 0].item<float>(), 1e-6);
        Assert.Throws<ArgumentOutOfRangeException>("channels", () => image.ToTensor(2));
    }

    [Fact]
    public void ToImage_NoImage_SaysSo()
    {
        using var scope = NewDisposeScope();
        Assert.Contains("(C, H, W)", Assert.Throws<ArgumentException>(() => zeros(4, 4).ToImage<Rgb24>()).Message);
        Assert.Contains("no images", Assert.Throws<ArgumentException>(() => zeros(0, 3, 4, 4).ToImage<Rgb24>()).Message);
        Assert.Contains("NaN", Assert.Throws<ArgumentException>(() => full([2, 3, 4, 4], double.NaN).ToImage<Rgb24>()).Message);
    }

    [Theory, InlineData(1), InlineData(3)]
    public void WriteTiff_AndBack_GivesEveryLevel(int channels)
    {
        using var scope = NewDisposeScope();
        using var folder = new TemporaryFolder();
        var levels = Levels(channels, 255);
        Images.Write(folder.File("new", "a.tiff"), levels, ValueRange.Bytes, encoder: ImageSharpEncoder.Tiff);
        var back = Images.Read(folder.File("new", "a.tiff"), channels, decoder: new ImageSharpDecoder())[0];
        Assert.Equal(0, ((back.to(float64) + 1) * 127.5 - levels).abs().max().item<double>(), 1e-3);
        Assert.Contains(
            "alpha", Assert.Throws<ArgumentException>(() => Images.Write(folder.File("b.tif"), zeros(4, 2, 2), encoder: ImageSharpEncoder.Tiff)).Message);
        Assert.Contains(
            "GanKit.ImageSharp", Assert.Throws<ArgumentException>(() => Images.Write(folder.File("b.tif"), zeros(3, 2, 2))).Message);
        Assert.Equal(["a.tiff"], folder.FileNames());
    }

    [Fact]
    public void PixelBuffer_OtherLengthOrKind_IsRefused()
    {
        Assert.Contains("54 bytes", Assert.Throws<ArgumentException>(() => new PixelBuffer(new byte[53], 3, 3, 3, 16)).Message);
        Assert.Throws<ArgumentOutOfRangeException>("width", () => new PixelBuffer(Array.Empty<byte>(), 0, 3, 3));
        Assert.Throws<ArgumentOutOfRangeException>("channels", () => new PixelBuffer(new byte[18], 3, 3, 2));
        Assert.Throws<ArgumentOutOfRangeException>("bits", () => new PixelBuffer(new byte[9], 3, 3, 1, bits: 10));
    }
}
