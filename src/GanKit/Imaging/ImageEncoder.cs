using System.Runtime.InteropServices;
using SkiaSharp;

namespace GanKit;

/// <summary>Pixels to PNG, JPEG and WebP files, through Skia.</summary>
internal sealed class ImageEncoder
{
    private static readonly (string[] Extensions, ImageEncoder Encoder)[] All =
    [
        ([".png"], new((pixmap, _) => pixmap.Encode(SKPngEncoderOptions.Default), alpha: true, deep: DeepPngWriter.Encode)),
        (PictureFormat.Jpeg, new((pixmap, quality) => pixmap.Encode(new SKJpegEncoderOptions(quality)), alpha: false)),
        ([".webp"], new((pixmap, quality) =>
            pixmap.Encode(new SKWebpEncoderOptions(SKWebpEncoderCompression.Lossy, quality)), alpha: true)),
    ];

    private readonly Func<SKPixmap, int, SKData?> _encode;
    private readonly bool _alpha;

    private readonly Func<PixelBuffer, byte[]>? _deep;

    private ImageEncoder(Func<SKPixmap, int, SKData?> encode, bool alpha, Func<PixelBuffer, byte[]>? deep = null) =>
        (_encode, _alpha, _deep) = (encode, alpha, deep);

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

        var allowed = string.Join(", ", All.SelectMany(format => format.Extensions));
        throw new ArgumentException(
            $"The file name '{path}' must end in one of {allowed}, which say the image format; it ends in '{extension}'.",
            nameof(path));
    }

    /// <summary>Encodes pixels of 16 bits a channel.</summary>
    internal byte[] EncodeDeep(PixelBuffer pixels) =>
        _deep?.Invoke(pixels) ?? throw new ArgumentException("Only PNG is written with 16 bits a channel; JPEG and WebP have 8.", nameof(pixels));

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
        var bytes = GCHandle.Alloc(grey ? pixels.Bytes : pixels.ToRgba(), GCHandleType.Pinned);
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
