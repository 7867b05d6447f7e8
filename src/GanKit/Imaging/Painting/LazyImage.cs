using System.Runtime.InteropServices;
using static TorchSharp.torch;

namespace GanKit;

/// <summary>
/// An image whose pixels are made when they are asked for, straight into the memory where they are wanted, and no more of
/// them than that. Values are 32-bit floats, plane after plane.
/// </summary>
internal abstract class LazyImage(int channels, int height, int width)
{
    internal int Channels => channels;

    internal int Height => height;

    internal int Width => width;

    /// <summary>(C, H, W).</summary>
    internal long[] Shape => [channels, height, width];

    internal Window Whole => new(0, 0, height, width);

    /// <summary>Makes the pixels of a part.</summary>
    /// <param name="part">It lies within the image.</param>
    /// <param name="target">Where they go: (C, part.Height, part.Width).</param>
    /// <param name="bench">Memory for what is made on the way; what is taken from it is given back.</param>
    internal abstract void Paint(Window part, Span<float> target, Workbench bench);

    /// <summary>Makes the pixels of a strip, its rows side by side.</summary>
    /// <param name="strip">A part of at most <see cref="Lanes.Count"/> rows.</param>
    /// <param name="lanes">(C, strip.Width, <see cref="Lanes.Count"/>). Lanes without a row get any value.</param>
    /// <param name="bench">As for <see cref="Paint"/>.</param>
    internal virtual void PaintLanes(Window strip, Span<float> lanes, Workbench bench)
    {
        var mark = bench.Here;
        var rows = bench.Floats(channels * strip.Area);
        Paint(strip, rows, bench);
        for (var c = 0; c < channels; c++)
            Lanes.FromRows(
                rows[(c * strip.Area)..], strip.Width, strip.Height, strip.Width, lanes[(c * strip.Width * Lanes.Count)..]);
        bench.ReturnTo(mark);
    }

    /// <summary>All pixels, as a tensor (C, H, W) on the CPU, in the current dispose scope.</summary>
    internal Tensor ToTensor(Workbench bench)
    {
        using var scope = NewDisposeScope();
        var tensor = empty(Shape);
        Paint(Whole, MemoryMarshal.Cast<byte, float>(tensor.bytes), bench);
        return tensor.MoveToOuterDisposeScope();
    }
}
