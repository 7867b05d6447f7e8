using System.Buffers.Binary;
using System.Runtime.InteropServices;
using static TorchSharp.torch;

namespace GanKit;

/// <summary>The pixels of one image in the host's memory, row by row, channels interleaved, with 8 bits each.</summary>
internal sealed record PixelBuffer(byte[] Bytes, int Width, int Height, int Channels)
{
    /// <summary>Maps [low, high] to 0 to 255, rounding to nearest and clamping what lies outside.</summary>
    /// <param name="image">One image (C, H, W) or (1, C, H, W), floating point, on any device.</param>
    /// <param name="low">What becomes 0.</param>
    /// <param name="high">What becomes 255.</param>
    /// <param name="path">Where it will be written, for a warning.</param>
    internal static PixelBuffer FromTensor(Tensor image, double low, double high, string? path = null)
    {
        using var scope = NewDisposeScope();
        var bytes = Levels(image, low, high, byte.MaxValue, path).to(ScalarType.Byte);
        return new PixelBuffer(bytes.bytes.ToArray(), (int)bytes.shape[1], (int)bytes.shape[0], (int)bytes.shape[2]);
    }

    /// <summary>The same with 16 bits: [low, high] becomes 0 to 65535, most significant byte first.</summary>
    /// <inheritdoc cref="FromTensor"/>
    internal static PixelBuffer DeepFromTensor(Tensor image, double low, double high, string path)
    {
        using var scope = NewDisposeScope();
        var levels = Levels(image, low, high, ushort.MaxValue, path).to(ScalarType.Int32);
        var bytes = new byte[2 * levels.numel()];
        var values = MemoryMarshal.Cast<byte, int>(levels.bytes);
        for (var i = 0; i < values.Length; i++)
            BinaryPrimitives.WriteUInt16BigEndian(bytes.AsSpan(2 * i), (ushort)values[i]);
        return new PixelBuffer(bytes, (int)levels.shape[1], (int)levels.shape[0], (int)levels.shape[2]);
    }

    /// <summary>Pixels (H, W, C) as whole numbers from 0 to <paramref name="most"/>, in the current dispose scope.</summary>
    private static Tensor Levels(Tensor image, double low, double high, int most, string? path)
    {
        ArgumentNullException.ThrowIfNull(image);
        RequireRange(low, high);
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
            PictureNote.WarnOfRange(path, values.min().item<float>(), values.max().item<float>(), low, high);
        return ((values - low) * (most / (high - low)) + 0.5).clamp(0, most).floor().permute(1, 2, 0).contiguous()
            .MoveToOuterDisposeScope();
    }

    /// <summary>The same pixels as red, green, blue, alpha; opaque where there was no alpha.</summary>
    internal byte[] ToRgba()
    {
        if (Channels == 4)
            return Bytes;

        var rgba = new byte[Width * Height * 4];
        var (green, blue) = Channels == 1 ? (0, 0) : (1, 2);
        for (int from = 0, to = 0; to < rgba.Length; from += Channels, to += 4)
        {
            rgba[to] = Bytes[from];
            rgba[to + 1] = Bytes[from + green];
            rgba[to + 2] = Bytes[from + blue];
            rgba[to + 3] = byte.MaxValue;
        }

        return rgba;
    }

    /// <summary>Throws unless low and high are finite and in this order.</summary>
    internal static void RequireRange(double low, double high)
    {
        if (!double.IsFinite(low) || !double.IsFinite(high) || low >= high)
        {
            throw new ArgumentException(
                $"The range of pixel values must be finite and ascending, but low is {low} and high is {high}.",
                nameof(low));
        }
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
