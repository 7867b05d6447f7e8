using System.Text;

namespace GanKit.Tests.Imaging;

public sealed class PictureFormatTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    private static byte[] Bytes(string text) => [.. Encoding.Latin1.GetBytes(text), .. new byte[200], 1];

    [Theory]
    [InlineData("\0\0\0\x18" + "ftypheic", "HEIC"), InlineData("\0\0\0\x18" + "ftyphevc", "HEIC")]
    [InlineData("\0\0\0\x18" + "ftypmif1\0\0\0\0mif1heic", "HEIF"), InlineData("\0\0\0\x18" + "ftypmif1\0\0\0\0mif1avif", "AVIF")]
    [InlineData("\0\0\0\x18" + "ftypavif", "AVIF"), InlineData("\0\0\0\x18" + "ftypisom", "a video (MP4 or QuickTime)")]
    [InlineData("II*\0", "TIFF"), InlineData("MM\0*", "TIFF"), InlineData("II+\0", "TIFF")]
    [InlineData("\xFF\x0A", "JPEG XL"), InlineData("\0\0\0\x0CJXL \r\n\x87\n", "JPEG XL"), InlineData("\0\0\0\x0CjP  \r\n\x87\n", "JPEG 2000")]
    [InlineData("\0\0\x02", "TGA"), InlineData("\0\0\x02\0\x01\0", "a cursor (CUR)")]
    [InlineData("8BPS", "a Photoshop file (PSD)"), InlineData("P6\n3 2\n255\n", "a portable anymap (PBM, PGM, PPM, PAM)")]
    [InlineData("Pf\n3 2\n-1\n", "a portable float map (PFM)"), InlineData("\0\0\x01\0\x01", "an icon (ICO)")]
    [InlineData("<?xml version=\"1.0\"?>\n<svg ", "SVG"), InlineData("  <!DOCTYPE html>", "an HTML page"), InlineData("\xEF\xBB\xBF<HTML>", "an HTML page")]
    [InlineData("version https://git-lfs.github.com/spec/v1\noid", "a Git LFS pointer, whose content was not fetched")]
    [InlineData("\x93NUMPY", "a NumPy array"), InlineData("%PDF-1.7", "a PDF document"), InlineData("\x1F\x8B", "compressed with gzip")]
    [InlineData("PK\x03\x04", "a zip archive"), InlineData("", "made of zeros alone, as a download that failed leaves it")]
    public void Read_AnotherFormatNamedJpg_IsCalledWhatItIs(string begins, string name)
    {
        var file = begins == "" ? new byte[90] : Bytes(begins);
        File.WriteAllBytes(_folder.File("photo.jpg"), file);
        var message = Assert.Throws<InvalidDataException>(() => Images.Read(_folder.File("photo.jpg"))).Message;
        Assert.Contains($"photo.jpg' is {name} by its first bytes", message);
        Assert.Contains("Convert it", message);
    }

    [Fact]
    public void Read_TargaByItsFooter_IsCalledSo()
    {
        File.WriteAllBytes(_folder.File("a.png"), [9, 0, 2, .. new byte[40], 9, .. new byte[8], .. "TRUEVISION-XFILE.\0"u8]);
        Assert.Contains("is TGA", Assert.Throws<InvalidDataException>(() => Images.Read(_folder.File("a.png"))).Message);
    }

    [Fact]
    public void Read_HeaderThatBreaksOff_NamesTheFormat()
    {
        File.WriteAllBytes(_folder.File("a.jpg"), [0xFF, 0xD8, 0xFF, 0xE0, 0, 16, 1]);
        Assert.Contains(
            "a.jpg' (JPEG) breaks off in its header", Assert.Throws<InvalidDataException>(() => Images.Read(_folder.File("a.jpg"))).Message);
    }

    [Theory, InlineData("jpe"), InlineData("jfif"), InlineData("jfi"), InlineData("jif"), InlineData("JPG"), InlineData("jpeg")]
    public void Write_AnyEndingOfJpeg_IsJpegAndIsListed(string ending)
    {
        using var scope = NewDisposeScope();
        Images.Write(_folder.File("a." + ending), zeros(3, 16, 16));
        Assert.Equal([0xFF, 0xD8, 0xFF], File.ReadAllBytes(_folder.File("a." + ending))[..3]);
        Assert.Equal([1, 3, 16, 16], Images.Read(_folder.File("a." + ending)).shape);
        Assert.Equal(1, ImageFolder.Load(_folder.Path).Count);
    }

    /// <summary>Two files joined, as a broken download that was begun anew: Skia gives the first half, and grey.</summary>
    [Fact]
    public void Read_JpegThatBeginsAnewAmidItsPixels_IsDamaged()
    {
        using var scope = NewDisposeScope();
        Images.Write(_folder.File("a.jpg"), rand(3, 64, 64) * 2 - 1);
        var whole = File.ReadAllBytes(_folder.File("a.jpg"));
        File.WriteAllBytes(_folder.File("b.jpg"), [.. whole[..(whole.Length / 2)], .. whole]);
        Assert.Contains(
            "b.jpg' (JPEG) is damaged", Assert.Throws<InvalidDataException>(() => Images.Read(_folder.File("b.jpg"))).Message);
    }
}
