using System.Numerics;

namespace GanKit;

/// <summary>
/// The luma (0.299 R + 0.587 G + 0.114 B) of an image of three channels, in one channel or in several equal ones.
/// </summary>
internal sealed class LumaImage(LazyImage colored, int channels) : LazyImage(channels, colored.Height, colored.Width)
{
    internal override void Paint(Window part, Span<float> target, Workbench bench)
    {
        var mark = bench.Here;
        var planes = bench.Floats(3 * part.Area);
        colored.Paint(part, planes, bench);
        var red = planes[..part.Area];
        var green = planes.Slice(part.Area, part.Area);
        var blue = planes[(2 * part.Area)..];
        var luma = target[..part.Area];
        var i = 0;
        for (; i <= luma.Length - Vector<float>.Count; i += Vector<float>.Count)
        {
            (0.299f * new Vector<float>(red[i..]) + 0.587f * new Vector<float>(green[i..])
                + 0.114f * new Vector<float>(blue[i..])).CopyTo(luma[i..]);
        }

        for (; i < luma.Length; i++)
            luma[i] = 0.299f * red[i] + 0.587f * green[i] + 0.114f * blue[i];
        for (var c = 1; c < Channels; c++)
            luma.CopyTo(target[(c * part.Area)..]);
        bench.ReturnTo(mark);
    }
}
