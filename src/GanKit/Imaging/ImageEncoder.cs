using System.Runtime.InteropServices;
using SkiaSharp;

namespace GanKit.Data;

/// <summary>Pixels to PNG, JPEG and WebP files, through Skia.</summary>
internal sealed class ImageEncoder
{
    private static readonly (string[] Extensions, ImageEncoder Encoder)[] All =
    [
        ([".png"], new((pixmap, _) => pixmap.Encode(SKPngEncoderOptions.Default), alpha: true)),
        (PictureFormat.Jpeg, new((pixmap, quality) => pixmap.Encode(new SKJpegEncoderOptions(quality)), alpha: false)),
        ([".webp"], new((pixmap, quality) =>
            pixmap.Encode(new SKWebpEncoderOptions(SKWebpEncoderCompression.Lossy, quality)), alpha: true)),
    ];

    private readonly Func<SKPixmap, int, SKData?> _encode;
    private readonly bool _alpha;

    private ImageEncoder(Func<SKPixmap, int, SKData?> encode, bool alpha) => (_encode, _alpha) = (encode, alpha);

    /// <summary>The encoder for a file name's extension.</summary>
    internal static ImageEncoder For(string path)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(path);
        var extension = Path.GetExtension(path);
        foreach (var (extensions, encoder) in All)
        {
            if (extensions.Contains(extension, StringComparer.OrdinalIgnoreCase))
                return encoder;
        }

        var elsewhere = PictureFormat.Companion(extension) is { } package ? $"; that is written by {package}" : "";
        throw Unknown(path, All.SelectMany(format => format.Extensions), elsewhere);
    }

    /// <summary>Throws unless a file name ends as this encoder's files do.</summary>
    internal static void Require(string path, IImageEncoder encoder)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(path);
        if (!encoder.Extensions.Contains(Path.GetExtension(path), StringComparer.OrdinalIgnoreCase))
            throw Unknown(path, encoder.Extensions, $", and {encoder.GetType().Name} writes no other");
    }

    private static ArgumentException Unknown(string path, IEnumerable<string> allowed, string more) => new(
        $"The file name '{path}' must end in one of {string.Join(", ", allowed)}, which say the image format; it ends in "
        + $"'{Path.GetExtension(path)}'{more}.", nameof(path));

    internal byte[] Encode(PixelBuffer pixels, int quality)
    {
        if (pixels.Channels == 4 && !_alpha)
        {
            throw new ArgumentException(
                "JPEG has no alpha channel, but the image has 4 channels. Write .png or .webp, or drop the fourth channel.",
                nameof(pixels));
        }

        SkiaLibrary.EnsureLoaded();
        var grey = pixels.Channels == 1;
        var info = new SKImageInfo(
            pixels.Width,
            pixels.Height,
            grey ? SKColorType.Gray8 : SKColorType.Rgba8888,
            pixels.Channels == 4 ? SKAlphaType.Unpremul : SKAlphaType.Opaque);
        var bytes = GCHandle.Alloc(grey ? pixels.Bytes.ToArray() : pixels.ToRgba<byte>(), GCHandleType.Pinned);
        try
        {
            using var pixmap = new SKPixmap(info, bytes.AddrOfPinnedObject());
            using var data = _encode(pixmap, quality);
            return data?.ToArray()
                ?? throw new InvalidOperationException(
                    $"Skia could not encode an image of {pixels.Width} x {pixels.Height} pixels; JPEG allows 65535 a side "
                    + "and WebP 16383.");
        }
        finally
        {
            bytes.Free();
        }
    }
}
