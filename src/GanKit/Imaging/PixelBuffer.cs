using System.Drawing;
using System.Numerics;
using System.Runtime.InteropServices;
using static TorchSharp.torch;

namespace GanKit.Data;

/// <summary>The pixels of one image in memory as whole numbers: row by row, the channels of a pixel side by side.</summary>
/// <remarks>Decoders and encoders of images exchange these: see <see cref="IImageDecoder"/> and <see cref="IImageEncoder"/>.</remarks>
public sealed class PixelBuffer
{
    /// <summary>Takes pixels, which are not copied.</summary>
    /// <param name="bytes">The values, those of 16 bits in the byte order of this machine.</param>
    /// <param name="width">Pixels in a row.</param>
    /// <param name="height">Rows.</param>
    /// <param name="channels">1 for grey, 3 for RGB, 4 for RGB and alpha, not premultiplied.</param>
    /// <param name="bits">Bits of a value: 8, by default, or 16.</param>
    /// <exception cref="ArgumentException">The number of bytes is not that of so many pixels.</exception>
    /// <exception cref="ArgumentOutOfRangeException">A size is below 1, or channels or bits are others than these.</exception>
    public PixelBuffer(ReadOnlyMemory<byte> bytes, int width, int height, int channels, int bits = 8)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(width, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(height, 1);
        ImageDecoder.RequireChannels(channels);
        RequireBits(bits);
        var length = (Int128)width * height * channels * (bits / 8);
        if (bytes.Length != length)
        {
            throw new ArgumentException(
                $"{width} x {height} pixels of {channels} channels with {bits} bits are {length} bytes, but {bytes.Length} were given.", nameof(bytes));
        }

        (Bytes, Width, Height, Channels, Bits) = (bytes, width, height, channels, bits);
    }

    /// <summary>The values, those of 16 bits in the byte order of this machine.</summary>
    public ReadOnlyMemory<byte> Bytes { get; }

    /// <summary>Pixels in a row.</summary>
    public int Width { get; }

    /// <summary>Rows.</summary>
    public int Height { get; }

    /// <summary>1 for grey, 3 for RGB, 4 for RGB and alpha.</summary>
    public int Channels { get; }

    /// <summary>Bits of a value: 8 or 16.</summary>
    public int Bits { get; }

    /// <summary>Maps a range to 0 to 255, or to 65535, rounding to nearest and clamping what lies outside.</summary>
    /// <param name="image">
    /// One image (C, H, W) or (1, C, H, W) with 1, 3 or 4 channels, of any floating-point type, on any device.
    /// </param>
    /// <param name="range">The values that become 0 and full brightness; <see cref="ValueRange.Symmetric"/> by default.</param>
    /// <param name="bits">Bits of a value: 8, by default, or 16.</param>
    /// <param name="path">The file that it is for, which a warning names if the values are far outside the range; none by default.</param>
    /// <exception cref="ArgumentException">The tensor is no single image, or holds NaN.</exception>
    /// <exception cref="ArgumentOutOfRangeException">The bits are not 8 or 16.</exception>
    public static PixelBuffer FromTensor(Tensor image, ValueRange? range = null, int bits = 8, string? path = null)
    {
        RequireBits(bits);
        using var scope = NewDisposeScope();
        var levels = Levels(image, range ?? ValueRange.Symmetric, (1 << bits) - 1, path);
        var bytes = bits == 8 ? levels.to(ScalarType.Byte).bytes.ToArray() : LowerHalves(levels.to(ScalarType.Int32));
        return new PixelBuffer(bytes, (int)levels.shape[1], (int)levels.shape[0], (int)levels.shape[2], bits);
    }

    /// <summary>Maps the pixels to [-1, 1].</summary>
    /// <param name="channels">1 for luma (0.299 R + 0.587 G + 0.114 B), 3 for RGB, 4 for RGB and alpha; 3 by default.</param>
    /// <param name="background">The background where the image is transparent, but with 4 channels; white by default.</param>
    /// <returns>A tensor (C, H, W) of 32-bit floats on the CPU, in the current dispose scope.</returns>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="channels"/> is not 1, 3 or 4.</exception>
    public Tensor ToTensor(int channels = 3, Color? background = null)
    {
        ImageDecoder.RequireChannels(channels);
        return ImageDecoder.Upright(this, default, channels, background).ToTensor();
    }

    /// <summary>Whether a pixel of four channels is not wholly opaque.</summary>
    internal bool HasAlpha => Bits == 8
        ? PictureNote.HasAlpha(Bytes.Span)
        : PictureNote.HasAlpha(MemoryMarshal.Cast<byte, ushort>(Bytes.Span));

    private static byte[] LowerHalves(Tensor levels)
    {
        var values = MemoryMarshal.Cast<byte, int>(levels.bytes);
        var halves = new ushort[values.Length];
        for (var i = 0; i < values.Length; i++)
            halves[i] = (ushort)values[i];
        return MemoryMarshal.AsBytes(halves.AsSpan()).ToArray();
    }

    private static void RequireBits(int bits)
    {
        if (bits is not (8 or 16))
            throw new ArgumentOutOfRangeException(nameof(bits), bits, "A value of a pixel has 8 or 16 bits.");
    }

    /// <summary>Pixels (H, W, C) as whole numbers from 0 to <paramref name="most"/>, in the current dispose scope.</summary>
    private static Tensor Levels(Tensor image, ValueRange range, int most, string? path)
    {
        ArgumentNullException.ThrowIfNull(image);
        RequireImage(image);

        using var scope = NewDisposeScope();
        var values = image.detach().cpu().to(ScalarType.Float32);
        if (values.dim() == 4)
            values = values.squeeze(0); // (C, H, W)
        if (values.isnan().any().item<bool>())
        {
            throw new ArgumentException(
                $"The image {image.Describe()} has values that are not a number (NaN), which no pixel can show. Where a "
                + "generator made it, its training has diverged.", nameof(image));
        }

        if (path is not null)
            PictureNote.WarnOfRange(path, values.min().item<float>(), values.max().item<float>(), range);
        return ((values - range.Low) * (most / range.Width) + 0.5).clamp(0, most).floor().permute(1, 2, 0).contiguous()
            .MoveToOuterDisposeScope();
    }

    /// <summary>The same pixels as red, green, blue, alpha; opaque where there was no alpha.</summary>
    /// <typeparam name="T">A value of <see cref="Bits"/> bits.</typeparam>
    internal T[] ToRgba<T>()
        where T : unmanaged, IMinMaxValue<T>
    {
        var values = MemoryMarshal.Cast<byte, T>(Bytes.Span);
        if (Channels == 4)
            return values.ToArray();

        var rgba = new T[Width * Height * 4];
        var (green, blue) = Channels == 1 ? (0, 0) : (1, 2);
        for (int from = 0, to = 0; to < rgba.Length; from += Channels, to += 4)
        {
            rgba[to] = values[from];
            rgba[to + 1] = values[from + green];
            rgba[to + 2] = values[from + blue];
            rgba[to + 3] = T.MaxValue;
        }

        return rgba;
    }

    private static void RequireImage(Tensor image)
    {
        if (!image.is_floating_point())
        {
            throw new ArgumentException(
                $"An image is a floating-point tensor, but this one holds {image.dtype}. Convert it with .to(float32) and "
                + "state its range.", nameof(image));
        }

        if (image.dim() == 4 && image.shape[0] != 1)
        {
            throw new ArgumentException(
                $"One image was expected, but the shape {image.Describe()} is a batch of {image.shape[0]}. Write it with "
                + "Images.WriteGrid, or pick one with tensor[i].", nameof(image));
        }

        if (image.dim() is not (3 or 4))
        {
            throw new ArgumentException(
                $"An image has the shape (C, H, W) or (1, C, H, W), but this tensor has {image.Describe()}. Reshape flat "
                + "pixels with .view(C, H, W).", nameof(image));
        }

        if (image.shape[^3] is not (1 or 3 or 4))
        {
            throw new ArgumentException(
                $"An image has 1 (grey), 3 (RGB) or 4 (RGBA) channels, but the shape {image.Describe()} has "
                + $"{image.shape[^3]}. Channels come before height and width.", nameof(image));
        }

        if (image.numel() == 0)
        {
            throw new ArgumentException(
                $"An image needs at least one pixel, but this tensor has the shape {image.Describe()}.", nameof(image));
        }
    }
}
