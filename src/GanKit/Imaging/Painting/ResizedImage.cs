using System.Collections.Concurrent;
using System.Drawing;
using System.Numerics;

namespace GanKit.Data;

/// <summary>Another image in another size. Rows are resampled first, then columns; only those that are needed.</summary>
internal sealed class ResizedImage(LazyImage image, int height, int width, ResampleFilter filter)
    : LazyImage(image, height: height, width: width)
{
    /// <summary>The weights of columns and rows, or null where their number stays.</summary>
    private readonly ResampleWeights? _across = width == image.Width ? null : filter.WeightsFor(image.Width, width);
    private readonly ResampleWeights? _down = height == image.Height ? null : filter.WeightsFor(image.Height, height);

    protected override void RenderCore(Rectangle part, Span<float> pixels)
    {
        if (_down is null)
        {
            RenderRows(part, pixels);
        }
        else
        {
            var (top, count) = _down.SpanOf(part.Top, part.Height);
            var rows = part with { Y = top, Height = count };
            var source = Rent(Channels * rows.Area);
            RenderRows(rows, source);
            for (var c = 0; c < Channels; c++)
                for (var y = 0; y < part.Height; y++)
                {
                    var weights = _down.Of(part.Top + y, out var first);
                    WeightedSum.OfRows(
                        source[(c * rows.Area + (first - top) * part.Width)..], part.Width, weights,
                        pixels.Slice(c * part.Area + y * part.Width, part.Width));
                }
        }

        if (filter.Overshoots)
            Clamp(pixels);
    }

    /// <summary>Rows of the source with the columns of this image.</summary>
    private void RenderRows(Rectangle part, Span<float> target)
    {
        if (_across is null)
        {
            Source.Render(part, target);
            return;
        }

        var (left, columns) = _across.SpanOf(part.Left, part.Width);
        var lanes = Rent(Channels * columns * Lanes.Count);
        var resampled = Rent(Channels * part.Width * Lanes.Count);
        for (var y = 0; y < part.Height; y += Lanes.Count)
        {
            // Rows lie side by side here, so that what happens to a column happens to several rows at once. The last
            // strip is a whole one too: it has some rows of the one before.
            var top = Math.Max(Math.Min(y, part.Height - Lanes.Count), 0);
            var strip = new Rectangle(left, part.Top + top, columns, Math.Min(Lanes.Count, part.Height));
            Source.RenderLanes(strip, lanes);
            WeightedSum.OfLanes(lanes, Channels, left, _across, part.Left, resampled);
            for (var c = 0; c < Channels; c++)
                Lanes.ToRows(
                    resampled.Slice(c * part.Width * Lanes.Count, part.Width * Lanes.Count), part.Width,
                    target.Slice(c * part.Area + top * part.Width, strip.Height * part.Width));
        }
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

/// <summary>A filter that images are resampled with; it widens as they shrink, which is antialiasing.</summary>
/// <remarks>
/// Arithmetic and its order are those of libtorch's antialiased <c>interpolate</c> where it uses fused multiplication and
/// addition, so results are the same to the last bit there; and they are the same on every machine.
/// </remarks>
internal sealed class ResampleFilter
{
    // Folders of photographs can have as many sizes as files.
    private const int MostKept = 256;

    private readonly ConcurrentDictionary<(int, int), ResampleWeights> _weights = new();
    private readonly Func<float, float> _height;

    private ResampleFilter(float support, bool overshoots, Func<float, float> height) =>
        (Support, Overshoots, _height) = (support, overshoots, height);

    /// <summary>Linear interpolation: a triangle.</summary>
    internal static ResampleFilter Triangle { get; } = new(1, false, x => x < 1 ? 1 - x : 0);

    /// <summary>Cubic convolution with a = -0.5 (Keys 1981).</summary>
    internal static ResampleFilter Cubic { get; } = new(2, true, Keys);

    /// <summary>How far it reaches, in pixels.</summary>
    internal float Support { get; }

    /// <summary>Whether results may lie beyond the values that they are made of.</summary>
    internal bool Overshoots { get; }

    /// <summary>Its height at a distance from its middle.</summary>
    internal float HeightAt(double distance) => _height(MathF.Abs((float)distance));

    /// <summary>The source pixels of each target pixel, and their weights.</summary>
    internal ResampleWeights WeightsFor(int from, int to)
    {
        if (_weights.Count >= MostKept)
            _weights.Clear();
        return _weights.GetOrAdd((from, to), static (sizes, filter) => new(filter, sizes.Item1, sizes.Item2), this);
    }

    private static float Keys(float x)
    {
        const float a = -0.5f;
        if (x < 1)
            return MathF.FusedMultiplyAdd(MathF.FusedMultiplyAdd(a + 2, x, -(a + 3)) * x, x, 1);
        if (x < 2)
        {
            return MathF.FusedMultiplyAdd(
                MathF.FusedMultiplyAdd(MathF.FusedMultiplyAdd(a, x, -5 * a), x, 8 * a), x, -4 * a);
        }

        return 0;
    }
}

/// <summary>Which source pixels each target pixel of a row or column is made of, and with what weights.</summary>
internal sealed class ResampleWeights
{
    private readonly (int First, int Count)[] _spans;
    private readonly float[] _weights;
    private readonly int _room;

    internal ResampleWeights(ResampleFilter filter, int from, int to)
    {
        var scale = (float)from / to;
        var support = scale >= 1 ? filter.Support * scale : filter.Support;
        var narrowing = scale >= 1 ? 1 / scale : 1;
        _room = (int)MathF.Ceiling(support) * 2 + 1;
        _spans = new (int, int)[to];
        _weights = new float[checked(to * _room)];
        for (var i = 0; i < to; i++)
        {
            // Half a pixel is added in 64 bits, the rest is done in 32.
            var centre = (float)(scale * (i + 0.5));
            var first = Math.Max((int)(centre - support + 0.5), 0);
            var count = Math.Clamp(Math.Min((int)(centre + support + 0.5), from) - first, 0, _room);
            var weights = _weights.AsSpan(i * _room, count);
            var total = 0f;
            for (var j = 0; j < count; j++)
                total += weights[j] = filter.HeightAt((j + first - centre + 0.5) * narrowing);
            foreach (ref var weight in weights)
                weight /= total;
            _spans[i] = (first, count);
        }
    }

    /// <summary>The source pixels that some target pixels are made of, all together.</summary>
    internal (int First, int Count) SpanOf(int start, int count)
    {
        var (first, last) = (_spans[start].First, _spans[start + count - 1]);
        return (first, last.First + last.Count - first);
    }

    /// <summary>The first source pixel of a target pixel, and its weight and those of the ones after it.</summary>
    internal ReadOnlySpan<float> Of(int target, out int first)
    {
        (first, var count) = _spans[target];
        return _weights.AsSpan(target * _room, count);
    }
}
