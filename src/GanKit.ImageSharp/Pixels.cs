using System.Numerics;
using SixLabors.ImageSharp;
using SixLabors.ImageSharp.Metadata.Profiles.Exif;
using SixLabors.ImageSharp.PixelFormats;

namespace GanKit.ImageSharp;

/// <summary>Images of ImageSharp to pixels of the library and back.</summary>
internal static class Pixels
{
    /// <summary>Whether a pixel holds more than 8 bits a channel.</summary>
    internal static bool IsDeep<TPixel>()
        where TPixel : unmanaged, IPixel<TPixel>
    {
        var pixel = default(TPixel);
        pixel.FromScaledVector4(new Vector4(1f / ushort.MaxValue));
        return pixel.ToScaledVector4().X > 0;
    }

    /// <summary>The pixels of the first frame as red, green, blue and alpha.</summary>
    internal static PixelBuffer Of<TPixel>(Image<TPixel> image)
        where TPixel : unmanaged, IPixel<TPixel> =>
        IsDeep<TPixel>() ? Of<TPixel, Rgba64>(image, bits: 16) : Of<TPixel, Rgba32>(image, bits: 8);

    /// <inheritdoc cref="Of{TPixel}(Image{TPixel})"/>
    internal static PixelBuffer Of<TPixel, TRgba>(Image<TPixel> image, int bits)
        where TPixel : unmanaged, IPixel<TPixel>
        where TRgba : unmanaged, IPixel<TRgba>
    {
        using var rgba = image.CloneAs<TRgba>();
        var bytes = new byte[4L * rgba.Width * rgba.Height * bits / 8];
        rgba.CopyPixelDataTo(bytes);
        return new(bytes, rgba.Width, rgba.Height, channels: 4, bits);
    }

    /// <summary>One frame with these pixels.</summary>
    internal static Image<TPixel> ToImage<TPixel>(PixelBuffer pixels)
        where TPixel : unmanaged, IPixel<TPixel>
    {
        using var image = ToImage(pixels);
        return image.CloneAs<TPixel>();
    }

    /// <summary>One frame with these pixels, of the type that is laid out as they are.</summary>
    internal static Image ToImage(PixelBuffer pixels) => (pixels.Channels, pixels.Bits) switch
    {
        (1, 8) => Image.LoadPixelData<L8>(pixels.Bytes.Span, pixels.Width, pixels.Height),
        (1, _) => Image.LoadPixelData<L16>(pixels.Bytes.Span, pixels.Width, pixels.Height),
        (3, 8) => Image.LoadPixelData<Rgb24>(pixels.Bytes.Span, pixels.Width, pixels.Height),
        (3, _) => Image.LoadPixelData<Rgb48>(pixels.Bytes.Span, pixels.Width, pixels.Height),
        (_, 8) => Image.LoadPixelData<Rgba32>(pixels.Bytes.Span, pixels.Width, pixels.Height),
        _ => Image.LoadPixelData<Rgba64>(pixels.Bytes.Span, pixels.Width, pixels.Height),
    };

    /// <summary>How an image has to be turned, as EXIF numbers it; ImageSharp keeps that of a TIFF page with the frame.</summary>
    internal static int Orientation(Image image) =>
        (image.Metadata.ExifProfile ?? image.Frames.RootFrame.Metadata.ExifProfile)?.GetValue(ExifTag.Orientation)?.Value ?? 1;
}
