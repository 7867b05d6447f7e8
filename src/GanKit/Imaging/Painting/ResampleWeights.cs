namespace GanKit;

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
