using System.Numerics;

namespace GanKit;

/// <summary>A decoded image: red, green, blue and alpha of one pixel after the other, alpha not premultiplied.</summary>
internal sealed class RgbaImage<T>(ReadOnlyMemory<T> rgba, int height, int width, RgbaConversion conversion) : LazyImage(conversion.Channels, height, width)
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
}
