using SixLabors.ImageSharp;
using SixLabors.ImageSharp.Formats.Tiff;
using SixLabors.ImageSharp.Metadata;
using SixLabors.ImageSharp.PixelFormats;

namespace GanKit.ImageSharp;

/// <summary>Reads TIFF, and PNG of 16 bits a channel with all of them, which the library reads not at all and with 8.</summary>
/// <remarks>
/// Of TIFF the first page is taken, and it alone is decoded, as ImageSharp reads it: grey, RGB and palettes with up to 16 bits, uncompressed,
/// LZW, Deflate, PackBits, JPEG and CCITT. It is truncated where a strip goes beyond the file's end or unpacks to less than its rows, which of
/// CCITT, and of colours in YCbCr that are not JPEG's, is not looked at. All other files are left to the library. Files that can be made to harm are better left to it
/// alone: crafted images have been a risk in ImageSharp 2.
/// </remarks>
/// <example>
/// <code>
/// var scans = ImageFolder.Load("scans", channels: 1, decoder: new ImageSharpDecoder());
/// </code>
/// </example>
public sealed class ImageSharpDecoder : IImageDecoder
{
    // Deflate makes at most 1,032 bytes of one, and a white page of a small picture is not worth refusing.
    private const long FreePixels = 1 << 24, PixelsPerByte = 1032;

    /// <inheritdoc/>
    public IReadOnlyList<string> Extensions { get; } = [".tif", ".tiff"];

    /// <inheritdoc/>
    public bool CanDecode(ReadOnlySpan<byte> file) =>
        DeepPng.Recognizes(file) || file.StartsWith("II*\0"u8) || file.StartsWith("MM\0*"u8);

    /// <inheritdoc/>
    public DecodedImage Decode(ReadOnlySpan<byte> file)
    {
        if (DeepPng.Recognizes(file))
            return DeepPng.Decode(file);
        var bytes = file.ToArray();
        var page = TiffPage.Of(file);
        var isTruncated = false;
        try
        {
            if (Image.Identify(bytes) is { } claimed)
            {
                RequireSize(claimed.Width, claimed.Height, bytes.Length);
                isTruncated = page.IsTruncated(file);
            }

            using var image = Image.Load<Rgba64>(bytes, new TiffDecoder { DecodingMode = FrameDecodingMode.First });
            var isDeep = image.Frames.RootFrame.Metadata.GetTiffMetadata().BitsPerSample is not { } bits || bits.Channel0 > 8;
            return new(isDeep ? Pixels.Of<Rgba64, Rgba64>(image, bits: 16) : Pixels.Of<Rgba64, Rgba32>(image, bits: 8))
            {
                Orientation = Pixels.Orientation(image),
                Frames = page.Pages,
                IsTruncated = isTruncated,
            };
        }
        catch (Exception error) when (error is not (OutOfMemoryException or InvalidDataException))
        {
            throw new InvalidDataException(
                isTruncated ? $"it is truncated, and ImageSharp reads nothing of it: {error.Message}"
                    : $"ImageSharp does not read this TIFF file: {error.Message}", error);
        }
    }

    private static void RequireSize(int width, int height, int bytes)
    {
        var pixels = (long)width * height;
        if (pixels > Array.MaxLength / 8)
            throw new InvalidDataException($"{width} x {height} pixels are too many for one array.");
        if (pixels > FreePixels && pixels / PixelsPerByte > bytes)
            throw new InvalidDataException($"The file claims {width} x {height} pixels, and its {bytes} bytes are too few for them.");
    }
}
