using System.Drawing;
using SkiaSharp;

namespace GanKit.Tests.Imaging;

public class ImageDecoderTests
{
    private static byte[] Encode(
        int width, int height, Func<int, int, SKColor> colour, SKEncodedImageFormat format = SKEncodedImageFormat.Png,
        int quality = 100)
    {
        using var bitmap = new SKBitmap(new SKImageInfo(width, height, SKColorType.Rgba8888, SKAlphaType.Unpremul));
        for (var y = 0; y < height; y++)
            for (var x = 0; x < width; x++)
                bitmap.SetPixel(x, y, colour(x, y));
        using var data = bitmap.Encode(format, quality);
        return data.ToArray();
    }

    private static SKColor Pattern(int x, int y) => new((byte)(x * 40), (byte)(y * 60), (byte)(x * y * 9));

    private static void AssertValue(double expected, Tensor actual) => Assert.Equal(expected, actual.item<float>(), 1e-6);

    [Fact]
    public void Decode_Png_IsRgbInMinusOneToOne()
    {
        using var scope = NewDisposeScope();
        var image = ImageDecoder.Decode(Encode(5, 3, Pattern), "p.png");
        Assert.Equal([3, 3, 5], image.shape);
        for (var y = 0; y < 3; y++)
            for (var x = 0; x < 5; x++)
            {
                var want = Pattern(x, y);
                AssertValue(want.Red / 127.5 - 1, image[0, y, x]);
                AssertValue(want.Green / 127.5 - 1, image[1, y, x]);
                AssertValue(want.Blue / 127.5 - 1, image[2, y, x]);
            }
    }

    [Fact]
    public void Decode_OneChannel_IsLuma()
    {
        using var scope = NewDisposeScope();
        var image = ImageDecoder.Decode(
            Encode(2, 1, (x, _) => x == 0 ? new SKColor(200, 100, 50) : new SKColor(77, 77, 77)), "p.png", channels: 1);
        Assert.Equal([1, 1, 2], image.shape);
        AssertValue((0.299 * 200 + 0.587 * 100 + 0.114 * 50) / 127.5 - 1, image[0, 0, 0]);
        Assert.Equal(77 * (2 / 255f) - 1, image[0, 0, 1].item<float>());
    }

    [Fact]
    public void Decode_Transparency_ShowsTheBackground()
    {
        using var scope = NewDisposeScope();
        var file = Encode(2, 1, (x, _) => new SKColor(200, 100, 50, (byte)(x == 0 ? 0 : 51)));
        var white = ImageDecoder.Decode(file, "p.png");
        AssertValue(1, white[0, 0, 0]);
        AssertValue(1, white[2, 0, 0]);
        var blue = ImageDecoder.Decode(file, "p.png", background: Color.FromArgb(10, 20, 250));
        AssertValue((0.2 * 200 + 0.8 * 10) / 127.5 - 1, blue[0, 0, 1]);
        AssertValue((0.2 * 100 + 0.8 * 20) / 127.5 - 1, blue[1, 0, 1]);
        AssertValue((0.2 * 50 + 0.8 * 250) / 127.5 - 1, blue[2, 0, 1]);
    }

    [Fact]
    public void Decode_FourChannels_KeepsColourAndAlphaApart()
    {
        using var scope = NewDisposeScope();
        var image = ImageDecoder.Decode(Encode(1, 1, (_, _) => new SKColor(200, 100, 50, 51)), "p.png", channels: 4);
        Assert.Equal([4, 1, 1], image.shape);
        AssertValue(200 / 127.5 - 1, image[0, 0, 0]);
        AssertValue(51 / 127.5 - 1, image[3, 0, 0]);
    }

    [Theory, InlineData(SKEncodedImageFormat.Jpeg), InlineData(SKEncodedImageFormat.Webp)]
    public void Decode_LossyFormats_AreClose(SKEncodedImageFormat format)
    {
        using var scope = NewDisposeScope();
        var image = ImageDecoder.Decode(Encode(16, 8, (_, _) => new SKColor(200, 100, 50), format), "p");
        Assert.Equal([3, 8, 16], image.shape);
        Assert.Equal(200 / 127.5 - 1, image[0].mean().item<float>(), 0.03);
        Assert.Equal(50 / 127.5 - 1, image[2].mean().item<float>(), 0.03);
    }

    // A 2 x 1 image, red then blue, in the two formats that Skia reads but can't write.
    private static readonly byte[] Gif = Convert.FromHexString(
        "474946383961020001008000" + "00FF00000000FF" + "2C00000000020001000002" + "02440A00" + "3B");

    private static readonly byte[] Bmp = Convert.FromHexString(
        "424D3E000000000000003600000028000000" + "0200000001000000" + "01001800" + "0000000008000000"
            + "00000000000000000000000000000000" + "0000FFFF00000000");

    [Theory, InlineData("gif"), InlineData("bmp")]
    public void Decode_GifAndBmp_Work(string format)
    {
        using var scope = NewDisposeScope();
        var image = ImageDecoder.Decode(format == "gif" ? Gif : Bmp, "p." + format);
        Assert.Equal([3, 1, 2], image.shape);
        Assert.Equal([1f, -1, -1, -1, -1, 1], image.data<float>().ToArray());
    }

    [Theory]
    [InlineData(1, "ab/cd/ef"), InlineData(2, "ba/dc/fe"), InlineData(3, "fe/dc/ba"), InlineData(4, "ef/cd/ab")]
    [InlineData(5, "ace/bdf"), InlineData(6, "eca/fdb"), InlineData(7, "fdb/eca"), InlineData(8, "bdf/ace")]
    public void Decode_ExifOrientation_IsApplied(int orientation, string upright)
    {
        // Six 16 x 16 blocks of grey, a to f, row by row; JPEG keeps flat blocks.
        var jpeg = Encode(32, 48, (x, y) => Grey(2 * (y / 16) + x / 16), SKEncodedImageFormat.Jpeg);
        byte[] exif = [0xFF, 0xE1, 0, 34, .. "Exif\0\0MM\0*\0\0\0\x08\0\x01\x01\x12\0\x03\0\0\0\x01\0"u8, (byte)orientation,
            0, 0, 0, 0, 0, 0];
        using var scope = NewDisposeScope();
        var image = ImageDecoder.Decode([.. jpeg[..2], .. exif, .. jpeg[2..]], "p.jpg", channels: 1);
        var rows = upright.Split('/');
        Assert.Equal([1, rows.Length * 16, rows[0].Length * 16], image.shape);
        for (var y = 0; y < rows.Length; y++)
            for (var x = 0; x < rows[y].Length; x++)
                Assert.Equal(Grey(rows[y][x] - 'a').Red / 127.5 - 1, image[0, 16 * y + 8, 16 * x + 8].item<float>(), 0.03);
        static SKColor Grey(int block) => new((byte)(40 * block), (byte)(40 * block), (byte)(40 * block));
    }

    [Theory, InlineData(0), InlineData(2), InlineData(5)]
    public void Decode_OtherChannels_Throws(int channels) =>
        Assert.Throws<ArgumentOutOfRangeException>(nameof(channels), () => ImageDecoder.Decode(Gif, "p.gif", channels));

    [Theory, InlineData(1), InlineData(4)]
    public void Decode_MoreThanATensorsSpanHolds_SaysTooLargeWithoutTheMemory(int channels)
    {
        var side = channels == 1 ? 24_000 : 12_000;
        byte[] file = [.. "BM"u8, .. new byte[52]];
        (file[2], file[10], file[14], file[26], file[28]) = (54, 54, 40, 1, 24);
        BitConverter.TryWriteBytes(file.AsSpan(18), side);
        BitConverter.TryWriteBytes(file.AsSpan(22), side);
        var before = GC.GetTotalAllocatedBytes(precise: true);
        var message = Assert.Throws<InvalidDataException>(() => ImageDecoder.Decode(file, "huge.bmp", channels)).Message;
        Assert.Contains($"'huge.bmp' is too large: {side} x {side}", message);
        Assert.InRange(GC.GetTotalAllocatedBytes(precise: true) - before, 0, 10_000_000);
    }

    [Fact]
    public void Decode_NotAnImage_NamesTheFile()
    {
        Assert.Contains(
            "'notes.png' is not an image",
            Assert.Throws<InvalidDataException>(() => ImageDecoder.Decode([.. "just text"u8], "notes.png")).Message);
        Assert.Contains(
            "'nothing.png' is an empty file",
            Assert.Throws<InvalidDataException>(() => ImageDecoder.Decode([], "nothing.png")).Message);
    }

    [Theory, InlineData(SKEncodedImageFormat.Png), InlineData(SKEncodedImageFormat.Jpeg), InlineData(
        SKEncodedImageFormat.Webp)]
    public void Decode_Truncated_NamesTheFile(SKEncodedImageFormat format)
    {
        var random = new Random(1);
        var file = Encode(64, 64, (_, _) => new SKColor((uint)random.Next() | 0xFF000000), format, 90);
        Assert.Contains(
            "'half'", Assert.Throws<InvalidDataException>(() => ImageDecoder.Decode(file[..(file.Length / 2)], "half"))
                .Message);
    }

    [Fact]
    public void Decode_Throws_LeaksNoTensor()
    {
        var before = LiveTensors.OfThisThread;
        Assert.Throws<InvalidDataException>(() => ImageDecoder.Decode(Encode(64, 64, Pattern)[..120], "half"));
        Assert.Equal(before, LiveTensors.OfThisThread);
    }
}
