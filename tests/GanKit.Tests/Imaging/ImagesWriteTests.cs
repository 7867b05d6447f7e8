using SkiaSharp;

namespace GanKit.Tests.Imaging;

public sealed class ImagesWriteTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Write_Rgb_MapsTheRangeToBytes()
    {
        var path = _folder.File("image.png");
        // Pixels (-1, 0, 1) and (beyond the range on both sides, a third of the way).
        using var image = tensor(new float[] { -1, -7, 0, 7, 1, -1 / 3f }, [3, 1, 2]);

        Images.Write(path, image);

        using var bitmap = SKBitmap.Decode(path);
        Assert.Equal((2, 1), (bitmap.Width, bitmap.Height));
        Assert.Equal(new SKColor(0, 128, 255), bitmap.GetPixel(0, 0));
        Assert.Equal(new SKColor(0, 255, 85), bitmap.GetPixel(1, 0));
    }

    [Fact]
    public void Write_StatedRange_MapsItToBytes()
    {
        var path = _folder.File("image.png");
        using var image = tensor(
            new float[] { 0, 0.25f, 0.5f, 1, float.PositiveInfinity, float.NegativeInfinity }, [1, 2, 3]);

        Images.Write(path, image, ValueRange.Unit);

        using var bitmap = SKBitmap.Decode(path);
        Assert.Equal(SKColorType.Gray8, bitmap.ColorType);
        Assert.Equal(new byte[] { 0, 64, 128, 255, 255, 0 }, bitmap.Pixels.Select(pixel => pixel.Red));
    }

    [Fact]
    public void Write_Alpha_KeepsItUnpremultiplied()
    {
        var path = _folder.File("image.png");
        using var image = tensor(new float[] { 1, -1, 0, 0.5f }, [4, 1, 1]);

        Images.Write(path, image);

        using var codec = SKCodec.Create(path);
        var info = new SKImageInfo(1, 1, SKColorType.Rgba8888, SKAlphaType.Unpremul);
        Assert.Equal(
            new byte[] { 255, 0, 128, 191 }, codec.GetPixels(info, out var pixels) == SKCodecResult.Success ? pixels : []);
    }

    [Theory]
    [InlineData("a.jpg", 1)]
    [InlineData("a.jpg", 3)]
    [InlineData("a.JPEG", 3)]
    [InlineData("a.webp", 1)]
    [InlineData("a.webp", 3)]
    [InlineData("a.webp", 4)]
    public void Write_LossyFormats_ComeCloseToTheTensor(string name, int channels)
    {
        var path = _folder.File(name);
        using var image = linspace(-1, 1, 16).view(1, 1, 16).expand(channels, 16, 16).clone();
        if (channels == 4)
            image[3].fill_(1);

        Images.Write(path, image, quality: 100);

        using var bitmap = SKBitmap.Decode(path);
        for (var x = 0; x < 16; x++)
        {
            Assert.InRange(bitmap.GetPixel(x, 5).Red, x * 17 - 6, x * 17 + 6);
            Assert.InRange(bitmap.GetPixel(x, 5).Blue, x * 17 - 6, x * 17 + 6);
        }
    }

    [Fact]
    public void Write_LowerQuality_MakesASmallerFile()
    {
        using var image = rand(3, 32, 32) * 2 - 1;

        Images.Write(_folder.File("fine.jpg"), image, quality: 90);
        Images.Write(_folder.File("coarse.jpg"), image, quality: 10);

        Assert.True(new FileInfo(_folder.File("coarse.jpg")).Length < new FileInfo(_folder.File("fine.jpg")).Length);
    }

    [Theory]
    [InlineData(ScalarType.Float16)]
    [InlineData(ScalarType.BFloat16)]
    [InlineData(ScalarType.Float32)]
    [InlineData(ScalarType.Float64)]
    public void Write_AnyFloatingType_IsTaken(ScalarType type)
    {
        var path = _folder.File("image.png");
        using var image = tensor(new[] { -1f, 0.5f, 1f }).to(type).view(1, 1, 1, 3).requires_grad_();

        Images.Write(path, image);

        using var bitmap = SKBitmap.Decode(path);
        Assert.Equal(new byte[] { 0, 191, 255 }, bitmap.Pixels.Select(pixel => pixel.Red));
    }

    [Fact]
    public void Write_MissingFolderAndExistingFile_CreatesAndReplacesAndLeavesNothingElse()
    {
        var path = _folder.File("not", "there", "image.png");
        using var black = full([3, 4, 4], -1f);
        using var white = ones(3, 5, 5);

        Images.Write(path, black);
        Images.Write(path, white);

        using var bitmap = SKBitmap.Decode(path);
        Assert.Equal((5, SKColors.White), (bitmap.Width, bitmap.GetPixel(0, 0)));
        Assert.Equal(["image.png"], _folder.FileNames());
    }

    [Fact]
    public void Write_FailingRename_LeavesNoTemporaryFile()
    {
        using var image = ones(3, 4, 4);
        Directory.CreateDirectory(_folder.File("image.png"));

        var error = Record.Exception(() => Images.Write(_folder.File("image.png"), image));

        Assert.True(error is IOException or UnauthorizedAccessException, error?.ToString());
        Assert.Empty(_folder.FileNames());
    }

    [Theory]
    [InlineData("image.gif", ".png, .jpg, .jpeg, .jpe, .jfif, .jfi, .jif, .webp")]
    [InlineData("image", "ends in ''")]
    public void Write_UnknownExtension_ListsTheAllowedOnes(string name, string expected)
    {
        using var image = ones(3, 4, 4);
        var error = Assert.Throws<ArgumentException>(() => Images.Write(_folder.File(name), image));
        Assert.Contains(expected, error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(new long[] { 2, 3, 4, 4 }, "Images.WriteGrid")]
    [InlineData(new long[] { 4, 4 }, "(C, H, W)")]
    [InlineData(new long[] { 1, 784 }, ".view(C, H, W)")]
    [InlineData(new long[] { 5, 4, 4 }, "RGBA")]
    [InlineData(new long[] { 2, 4, 4 }, "has 2")]
    [InlineData(new long[] { 3, 0, 4 }, "at least one pixel")]
    public void Write_NoSingleImage_SaysWhatToDo(long[] shape, string expected)
    {
        using var image = zeros(shape);
        var error = Record.Exception(() => Images.Write(_folder.File("image.jpg"), image));
        Assert.Contains(expected, Assert.IsType<ArgumentException>(error).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Write_NotANumber_SaysThatTrainingDiverged()
    {
        using var image = ones(3, 4, 4);
        image[1, 2, 3] = float.NaN;
        var error = Assert.Throws<ArgumentException>(() => Images.Write(_folder.File("image.png"), image));
        Assert.Contains("NaN", error.Message, StringComparison.Ordinal);
        Assert.Contains("diverged", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Write_Integers_AsksForFloats()
    {
        using var image = ones([3, 4, 4], dtype: ScalarType.Byte);
        var error = Assert.Throws<ArgumentException>(() => Images.Write(_folder.File("image.png"), image));
        Assert.Contains("Byte", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Write_AlphaToJpeg_NamesTheFormatsThatHaveIt()
    {
        using var image = ones(4, 4, 4);
        var error = Assert.Throws<ArgumentException>(() => Images.Write(_folder.File("image.jpg"), image));
        Assert.Contains(".webp", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(-1)]
    [InlineData(101)]
    public void Write_QualityOutOfRange_Throws(int quality)
    {
        using var image = ones(3, 4, 4);
        Assert.Throws<ArgumentOutOfRangeException>(() => Images.Write(_folder.File("image.jpg"), image, quality: quality));
    }

    [Fact]
    public void WriteGrid_Batch_LaysItOutOnBlack()
    {
        var path = _folder.File("grid.png");
        using var images = ones(3, 3, 4, 5);

        Images.WriteGrid(path, images, columns: 2, padding: 1, ValueRange.Unit);

        using var bitmap = SKBitmap.Decode(path);
        Assert.Equal((13, 11), (bitmap.Width, bitmap.Height));
        Assert.Equal(SKColors.Black, bitmap.GetPixel(0, 0));
        Assert.Equal(SKColors.White, bitmap.GetPixel(11, 1));
        Assert.Equal(SKColors.Black, bitmap.GetPixel(11, 6)); // The fourth cell has no image.
    }

    [Fact]
    public void Write_Returns_LeavesNoTensorBehind()
    {
        using var images = ones(3, 3, 4, 5);
        using var image = ones(3, 4, 5);
        var before = LiveTensors.OfThisThread;

        Images.WriteGrid(_folder.File("grid.png"), images);
        Images.Write(_folder.File("image.png"), image);

        Assert.Equal(before, LiveTensors.OfThisThread);
    }
}
