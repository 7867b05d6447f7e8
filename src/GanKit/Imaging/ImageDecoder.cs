using System.Drawing;
using System.Numerics;
using System.Runtime.InteropServices;
using SkiaSharp;
using static TorchSharp.torch;

namespace GanKit;

/// <summary>Image files to tensors: the one place where they are decoded.</summary>
/// <remarks>
/// Skia decodes png, jpeg, bmp, gif (first frame) and webp (first frame); <see cref="DeepPng"/> takes PNG of 16 bits a
/// channel, which Skia would round. Values are taken as they are stored: embedded colour profiles are not applied, as
/// in PyTorch's torchvision. Safe to call from any thread.
/// </remarks>
internal static class ImageDecoder
{
    /// <summary>The file name endings of what can be decoded, in lower case.</summary>
    internal static readonly string[] Extensions = [".png", ".jpg", ".jpeg", ".bmp", ".gif", ".webp"];

    /// <summary>Decodes an image file, upright as its EXIF orientation says.</summary>
    /// <param name="path">The file.</param>
    /// <param name="channels">
    /// 1 for luma (0.299 R + 0.587 G + 0.114 B), 3 for RGB, 4 for RGB and alpha, not premultiplied.
    /// </param>
    /// <param name="background">What shows through where the image is transparent; white by default. Unused with 4 channels.</param>
    /// <returns>A tensor (C, H, W) of 32-bit floats in [-1, 1], on the CPU, in the current dispose scope.</returns>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="channels"/> is not 1, 3 or 4.</exception>
    /// <exception cref="InvalidDataException">The file is not an image, truncated or damaged; the message names it.</exception>
    /// <exception cref="IOException">The file can't be opened.</exception>
    internal static Tensor Read(string path, int channels = 3, Color? background = null)
    {
        RequireChannels(channels);
        return Decode(File.ReadAllBytes(path), path, channels, background);
    }

    /// <inheritdoc cref="Read"/>
    /// <param name="file">The whole file.</param>
    /// <param name="name">What to call it in messages.</param>
    /// <param name="channels">1, 3 or 4.</param>
    /// <param name="background">What shows through where the image is transparent; white by default.</param>
    internal static Tensor Decode(byte[] file, string name, int channels = 3, Color? background = null)
    {
        RequireChannels(channels);
        if (file.Length == 0)
            throw new InvalidDataException($"The image '{name}' is an empty file.");

        SkiaLibrary.EnsureLoaded();
        using var data = SKData.CreateCopy(file);
        using var codec = SKCodec.Create(data)
            ?? throw new InvalidDataException($"'{name}' is not an image that can be read, or breaks off in its header. Formats: {string.Join(", ", Extensions)}.");

        RequireRoom(codec.Info, name, channels);
        using var scope = NewDisposeScope();
        var under = background ?? Color.White;
        var planes = DeepPng.Recognizes(file)
            ? Deep(file, name, channels, under)
            : Shallow(codec, name, channels, under);
        return Upright(planes, codec.EncodedOrigin).contiguous().MoveToOuterDisposeScope();
    }

    /// <summary>Throws unless <paramref name="channels"/> is 1, 3 or 4.</summary>
    internal static void RequireChannels(int channels, string name = "channels")
    {
        if (channels is not (1 or 3 or 4))
            throw new ArgumentOutOfRangeException(name, channels, "Images are read with 1 channel (grey), 3 (red, green, blue) or 4 (with alpha).");
    }

    // TorchSharp shows a tensor's memory as a span, which has 2 GiB at most: 178 million pixels of 3 channels.
    private static void RequireRoom(SKImageInfo info, string name, int channels)
    {
        if ((long)info.Width * info.Height * channels * sizeof(float) > Array.MaxLength)
            throw new InvalidDataException($"The image '{name}' is too large: {info.Width} x {info.Height} pixels, of which {Array.MaxLength / (channels * sizeof(float))} can be read with {channels} channels.");
    }

    private static Tensor Deep(byte[] file, string name, int channels, Color background)
    {
        var (width, height, rgba) = DeepPng.Decode(file, name);
        return ToPlanes<ushort>(rgba, ushort.MaxValue, height, width, channels, background);
    }

    private static Tensor Shallow(SKCodec codec, string name, int channels, Color background)
    {
        var info = new SKImageInfo(codec.Info.Width, codec.Info.Height, SKColorType.Rgba8888, SKAlphaType.Unpremul);
        var rgba = new byte[info.BytesSize64];
        var pinned = GCHandle.Alloc(rgba, GCHandleType.Pinned);
        SKCodecResult result;
        try
        {
            result = codec.GetPixels(info, pinned.AddrOfPinnedObject());
        }
        finally
        {
            pinned.Free();
        }

        if (result != SKCodecResult.Success)
            throw new InvalidDataException($"The image '{name}' ({info.Width} x {info.Height} {codec.EncodedFormat}) is {(result == SKCodecResult.IncompleteInput ? "truncated" : $"damaged: {result}")}.");
        return ToPlanes<byte>(rgba, byte.MaxValue, info.Height, info.Width, channels, background);
    }

    private static Tensor ToPlanes<T>(ReadOnlySpan<T> rgba, float max, int height, int width, int channels, Color background)
        where T : unmanaged, INumberBase<T>
    {
        var planes = empty(channels, height, width);
        var values = MemoryMarshal.Cast<byte, float>(planes.bytes);
        var area = height * width;
        var scale = 2 / max;
        var (red, green, blue) = (background.R * 2f / 255 - 1, background.G * 2f / 255 - 1, background.B * 2f / 255 - 1);
        for (var i = 0; i < area; i++)
        {
            var pixel = rgba.Slice(4 * i, 4);
            var r = float.CreateTruncating(pixel[0]) * scale - 1;
            var g = float.CreateTruncating(pixel[1]) * scale - 1;
            var b = float.CreateTruncating(pixel[2]) * scale - 1;
            var alpha = float.CreateTruncating(pixel[3]) / max;
            if (channels != 4 && alpha < 1)
            {
                r = float.Lerp(red, r, alpha);
                g = float.Lerp(green, g, alpha);
                b = float.Lerp(blue, b, alpha);
            }

            if (channels == 1)
            {
                values[i] = r == g && g == b ? r : 0.299f * r + 0.587f * g + 0.114f * b;
                continue;
            }
            values[i] = r;
            values[area + i] = g;
            values[2 * area + i] = b;
            if (channels == 4)
                values[3 * area + i] = alpha * 2 - 1;
        }
        GC.KeepAlive(planes);
        return planes;
    }

    private static Tensor Upright(Tensor image, SKEncodedOrigin origin) => origin switch // (C, H, W)
    {
        SKEncodedOrigin.TopRight => image.flip(2),
        SKEncodedOrigin.BottomRight => image.flip(1, 2),
        SKEncodedOrigin.BottomLeft => image.flip(1),
        SKEncodedOrigin.LeftTop => image.transpose(1, 2),
        SKEncodedOrigin.RightTop => image.transpose(1, 2).flip(2),
        SKEncodedOrigin.RightBottom => image.transpose(1, 2).flip(1, 2),
        SKEncodedOrigin.LeftBottom => image.transpose(1, 2).flip(1),
        _ => image,
    };
}
