using System.Numerics;
using System.Runtime.InteropServices;

namespace GanKit;

/// <summary>A decoded image: red, green, blue and alpha of one pixel after the other, alpha not premultiplied.</summary>
internal sealed class RgbaImage<T>(ReadOnlyMemory<T> rgba, int height, int width, RgbaConversion conversion)
    : LazyImage(conversion.Channels, height, width)
    where T : unmanaged, INumberBase<T>, IMinMaxValue<T>
{
    internal override void Paint(Window part, Span<float> target, Workbench bench)
    {
        for (var y = 0; y < part.Height; y++)
        {
            var row = rgba.Span.Slice(4 * ((part.Top + y) * Width + part.Left), 4 * part.Width);
            conversion.Convert(row, target[(y * part.Width)..], part.Area);
        }
    }

    internal override void PaintLanes(Window strip, Span<float> lanes, Workbench bench)
    {
        if (typeof(T) != typeof(byte))
        {
            base.PaintLanes(strip, lanes, bench);
            return;
        }

        // A pixel is as large as a float, so that pixels are moved once, and not each of their channels.
        var mark = bench.Here;
        var pixels = bench.Floats(strip.Width * Lanes.Count);
        var stored = MemoryMarshal.Cast<T, float>(rgba.Span)[(strip.Top * Width + strip.Left)..];
        Lanes.FromRows(stored, Width, strip.Height, strip.Width, pixels);
        conversion.Convert(MemoryMarshal.Cast<float, T>(pixels), lanes, pixels.Length);
        bench.ReturnTo(mark);
    }
}
