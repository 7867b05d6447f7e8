using System.Numerics;

namespace GanKit;

/// <summary>Another image in another size. Rows are resampled first, then columns; only those that are needed.</summary>
internal sealed class ResizedImage : LazyImage
{
    private readonly LazyImage _image;
    private readonly ResampleFilter _filter;

    /// <summary>What columns and rows are made of, or nothing where there are as many as before.</summary>
    private readonly ResampleWeights? _across;
    private readonly ResampleWeights? _down;

    internal ResizedImage(LazyImage image, int height, int width, ResampleFilter filter) : base(image.Channels, height, width)
    {
        (_image, _filter) = (image, filter);
        _across = width == image.Width ? null : filter.WeightsFor(image.Width, width);
        _down = height == image.Height ? null : filter.WeightsFor(image.Height, height);
    }

    internal override void Paint(Window part, Span<float> target, Workbench bench)
    {
        if (_down is null)
        {
            PaintRows(part, target, bench);
        }
        else
        {
            var mark = bench.Here;
            var (top, count) = _down.SpanOf(part.Top, part.Height);
            var rows = part with { Top = top, Height = count };
            var source = bench.Floats(Channels * rows.Area);
            PaintRows(rows, source, bench);
            for (var c = 0; c < Channels; c++)
                for (var y = 0; y < part.Height; y++)
                {
                    var weights = _down.Of(part.Top + y, out var first);
                    WeightedSum.OfRows(
                        source[(c * rows.Area + (first - top) * part.Width)..], part.Width, weights,
                        target.Slice(c * part.Area + y * part.Width, part.Width));
                }

            bench.ReturnTo(mark);
        }

        if (_filter.Overshoots)
            Clamp(target[..(Channels * part.Area)]);
    }

    /// <summary>Rows of the source with the columns of this image.</summary>
    private void PaintRows(Window part, Span<float> target, Workbench bench)
    {
        if (_across is null)
        {
            _image.Paint(part, target, bench);
            return;
        }

        var mark = bench.Here;
        var (left, width) = _across.SpanOf(part.Left, part.Width);
        var lanes = bench.Floats(Channels * width * Lanes.Count);
        var resampled = bench.Floats(Channels * part.Width * Lanes.Count);
        for (var y = 0; y < part.Height; y += Lanes.Count)
        {
            // Rows lie side by side here, so that what happens to a column happens to several rows at once. The last
            // strip is a whole one too: it has some rows of the one before.
            var top = Math.Max(Math.Min(y, part.Height - Lanes.Count), 0);
            var strip = new Window(part.Top + top, left, Math.Min(Lanes.Count, part.Height), width);
            _image.PaintLanes(strip, lanes, bench);
            WeightedSum.OfLanes(lanes, Channels, left, _across, part.Left, resampled);
            for (var c = 0; c < Channels; c++)
                Lanes.ToRows(
                    resampled.Slice(c * part.Width * Lanes.Count, part.Width * Lanes.Count), part.Width,
                    target.Slice(c * part.Area + top * part.Width, strip.Height * part.Width));
        }

        bench.ReturnTo(mark);
    }

    private static void Clamp(Span<float> values)
    {
        var i = 0;
        for (; i <= values.Length - Vector<float>.Count; i += Vector<float>.Count)
            Vector.Min(Vector.Max(new Vector<float>(values[i..]), -Vector<float>.One), Vector<float>.One).CopyTo(values[i..]);
        for (; i < values.Length; i++)
            values[i] = Math.Clamp(values[i], -1, 1);
    }
}
