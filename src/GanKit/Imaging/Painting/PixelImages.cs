using System.Drawing;
using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using static TorchSharp.torch;

namespace GanKit.Data;

/// <summary>An image in memory, a byte a value, plane after plane; 0 becomes -1 and 255 becomes 1.</summary>
internal sealed class ByteImage(ReadOnlyMemory<byte> values, int channels, int height, int width)
    : LazyImage(channels, height, width)
{
    protected override void RenderCore(Rectangle part, Span<float> pixels)
    {
        for (var c = 0; c < Channels; c++)
            for (var y = 0; y < part.Height; y++)
                Convert(
                    values.Span.Slice((c * Height + part.Top + y) * Width + part.Left, part.Width),
                    pixels.Slice(c * part.Area + y * part.Width, part.Width));
    }

    private static void Convert(ReadOnlySpan<byte> source, Span<float> target)
    {
        for (var i = 0; i < source.Length; i++)
            target[i] = source[i] * (2 / 255f) - 1;
    }
}

/// <summary>See <see cref="LazyImage.FromTensor"/>.</summary>
internal sealed class TensorImage(Tensor values) : LazyImage((int)values.shape[0], (int)values.shape[1], (int)values.shape[2])
{
    protected override void RenderCore(Rectangle part, Span<float> pixels)
    {
        var all = MemoryMarshal.Cast<byte, float>(values.bytes);
        for (var c = 0; c < Channels; c++)
            for (var y = 0; y < part.Height; y++)
                all.Slice((c * Height + part.Top + y) * Width + part.Left, part.Width)
                    .CopyTo(pixels[(c * part.Area + y * part.Width)..]);
        GC.KeepAlive(values);
    }
}

/// <summary>A decoded image: red, green, blue and alpha of one pixel after the other, alpha not premultiplied.</summary>
internal sealed class RgbaImage<T>(ReadOnlyMemory<T> rgba, int height, int width, RgbaConversion conversion)
    : LazyImage(conversion.Channels, height, width)
    where T : unmanaged, INumberBase<T>, IMinMaxValue<T>
{
    protected override void RenderCore(Rectangle part, Span<float> pixels)
    {
        for (var y = 0; y < part.Height; y++)
        {
            var row = rgba.Span.Slice(4 * ((part.Top + y) * Width + part.Left), 4 * part.Width);
            conversion.Convert(row, pixels[(y * part.Width)..], part.Area);
        }
    }

    private protected override void RenderLanesCore(Rectangle strip, Span<float> lanes)
    {
        if (typeof(T) != typeof(byte))
        {
            base.RenderLanesCore(strip, lanes);
            return;
        }

        // A pixel is as large as a float, so that pixels are moved once, and not each of their channels.
        var pixels = Rent(strip.Width * Lanes.Count);
        var stored = MemoryMarshal.Cast<T, float>(rgba.Span)[(strip.Top * Width + strip.Left)..];
        Lanes.FromRows(stored, Width, strip.Height, strip.Width, pixels);
        conversion.Convert(MemoryMarshal.Cast<float, T>(pixels), lanes, pixels.Length);
    }
}

/// <summary>Pixels of red, green, blue and alpha to planes of floats in [-1, 1].</summary>
/// <param name="Channels">1 for luma (0.299 R + 0.587 G + 0.114 B), 3 for RGB, 4 for RGB and alpha.</param>
/// <param name="Background">The background where a pixel is transparent. Unused with 4 channels.</param>
/// <param name="IsOpaque">Whether no pixel is transparent.</param>
internal sealed record RgbaConversion(int Channels, Color Background, bool IsOpaque)
{
    private readonly float _red = Background.R * 2f / 255 - 1;
    private readonly float _green = Background.G * 2f / 255 - 1;
    private readonly float _blue = Background.B * 2f / 255 - 1;

    /// <summary>Whether the background may show through.</summary>
    internal bool Blends { get; } = Channels != 4 && !IsOpaque;

    /// <summary>Converts pixels that follow each other.</summary>
    /// <param name="rgba">The pixels.</param>
    /// <param name="target">Where they begin in the first plane.</param>
    /// <param name="area">From one plane to the next.</param>
    internal void Convert<T>(ReadOnlySpan<T> rgba, Span<float> target, int area)
        where T : unmanaged, INumberBase<T>, IMinMaxValue<T>
    {
        var done = typeof(T) == typeof(byte) ? ConvertVectors(MemoryMarshal.Cast<T, uint>(rgba), target, area) : 0;
        var max = float.CreateTruncating(T.MaxValue);
        var scale = 2 / max;
        for (var i = done; i < rgba.Length / 4; i++)
        {
            var pixel = rgba.Slice(4 * i, 4);
            var r = float.CreateTruncating(pixel[0]) * scale - 1;
            var g = float.CreateTruncating(pixel[1]) * scale - 1;
            var b = float.CreateTruncating(pixel[2]) * scale - 1;
            var alpha = float.CreateTruncating(pixel[3]) / max;
            if (Blends)
                (r, g, b) = (float.Lerp(_red, r, alpha), float.Lerp(_green, g, alpha), float.Lerp(_blue, b, alpha));
            if (Channels == 1)
            {
                target[i] = r == g && g == b ? r : 0.299f * r + 0.587f * g + 0.114f * b;
                continue;
            }

            (target[i], target[area + i], target[2 * area + i]) = (r, g, b);
            if (Channels == 4)
                target[3 * area + i] = alpha * 2 - 1;
        }
    }

    /// <summary>The same for eight pixels at a time, to the last bit.</summary>
    /// <returns>How many pixels were converted.</returns>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)] // the first epoch should not run what is compiled in a hurry
    private int ConvertVectors(ReadOnlySpan<uint> rgba, Span<float> target, int area)
    {
        var i = 0;
        for (; i <= rgba.Length - Vector256<uint>.Count; i += Vector256<uint>.Count)
        {
            var pixels = Vector256.Create(rgba[i..]);
            var (r, g, b) = (Value(pixels), Value(pixels >>> 8), Value(pixels >>> 16));
            if (Blends)
            {
                var alpha = Alpha(pixels);
                r = Vector256.Lerp(Vector256.Create(_red), r, alpha);
                g = Vector256.Lerp(Vector256.Create(_green), g, alpha);
                b = Vector256.Lerp(Vector256.Create(_blue), b, alpha);
            }

            if (Channels == 1)
            {
                var grey = Vector256.Equals(r, g) & Vector256.Equals(g, b);
                Vector256.ConditionalSelect(grey, r, 0.299f * r + 0.587f * g + 0.114f * b).CopyTo(target[i..]);
                continue;
            }

            r.CopyTo(target[i..]);
            g.CopyTo(target[(area + i)..]);
            b.CopyTo(target[(2 * area + i)..]);
            if (Channels == 4)
                (Alpha(pixels) * 2 - Vector256<float>.One).CopyTo(target[(3 * area + i)..]);
        }

        return i;

        static Vector256<float> Value(Vector256<uint> pixels) => Low(pixels) * (2 / 255f) - Vector256<float>.One;
        static Vector256<float> Alpha(Vector256<uint> pixels) => Low(pixels >>> 24) / 255f;
        static Vector256<float> Low(Vector256<uint> pixels) =>
            Vector256.ConvertToSingle((pixels & Vector256.Create(255u)).AsInt32());
    }
}
