using SixLabors.ImageSharp;
using SixLabors.ImageSharp.Formats.Png;
using SixLabors.ImageSharp.Formats.Tiff;
using SixLabors.ImageSharp.Formats.Tiff.Constants;

namespace GanKit.ImageSharp;

/// <summary>Writes PNG with 16 bits a channel, and TIFF.</summary>
/// <example>
/// <code>
/// Images.Write("depth.png", image, encoder: ImageSharpEncoder.Png16);
/// </code>
/// </example>
public sealed class ImageSharpEncoder : IImageEncoder
{
    private readonly Action<Image, Stream, int> _save;

    private ImageSharpEncoder(string[] extensions, int bits, Action<Image, Stream, int> save) =>
        (Extensions, Bits, _save) = (extensions, bits, save);

    /// <summary>PNG of 16 bits a channel: grey, RGB or RGB and alpha.</summary>
    public static ImageSharpEncoder Png16 { get; } = new([".png"], bits: 16, (image, file, channels) => image.SaveAsPng(
        file,
        new PngEncoder
        {
            BitDepth = PngBitDepth.Bit16,
            ColorType = channels switch { 1 => PngColorType.Grayscale, 3 => PngColorType.Rgb, _ => PngColorType.RgbWithAlpha },
        }));

    /// <summary>TIFF of 8 bits a channel, the most that ImageSharp writes, compressed with Deflate: grey or RGB.</summary>
    public static ImageSharpEncoder Tiff { get; } = new([".tif", ".tiff"], bits: 8, (image, file, channels) =>
    {
        if (channels == 4)
            throw new ArgumentException("TIFF is written without an alpha channel, but the image has 4 channels. Drop the fourth, or write PNG.");
        image.SaveAsTiff(file, new TiffEncoder
        {
            BitsPerPixel = channels == 1 ? TiffBitsPerPixel.Bit8 : TiffBitsPerPixel.Bit24,
            Compression = TiffCompression.Deflate,
        });
    });

    /// <inheritdoc/>
    public IReadOnlyList<string> Extensions { get; }

    /// <inheritdoc/>
    public int Bits { get; }

    /// <inheritdoc/>
    public byte[] Encode(PixelBuffer pixels)
    {
        ArgumentNullException.ThrowIfNull(pixels);
        using var image = Pixels.ToImage(pixels);
        using var file = new MemoryStream();
        _save(image, file, pixels.Channels);
        return file.ToArray();
    }
}
