namespace GanKit.Monitoring;

/// <summary>The values of one name over the steps of a run, in at most a given number of points.</summary>
/// <remarks>
/// Each point stands for equally many values, with their mean and range. Where there are too many points, two become one, and those that
/// come then stand for twice as many. So memory is bounded, no peak is lost, and the last value is always the last point's end.
/// </remarks>
internal sealed class Curve(string name)
{
    private readonly List<CurvePoint> _points = [];
    private readonly List<CurvePoint> _left = [];

    internal string Name => name;

    /// <summary>The points, by rising steps.</summary>
    internal IReadOnlyList<CurvePoint> Points => _points;

    /// <summary>Points of steps that the run went back over, by rising steps; a value of NaN parts two times that it did so.</summary>
    internal IReadOnlyList<CurvePoint> Left => _left;

    /// <summary>How many values a point stands for.</summary>
    internal long Stride { get; private set; } = 1;

    /// <summary>Of a metric: whether less is better.</summary>
    internal bool LowerIsBetter { get; set; } = true;

    /// <summary>Of a metric: its best finite point, as it was measured.</summary>
    internal CurvePoint? Best { get; private set; }

    /// <summary>Of a metric: its last finite point, as it was measured.</summary>
    internal CurvePoint? Last { get; private set; }

    /// <summary>How many values there were.</summary>
    internal long Count { get; private set; }

    /// <summary>Adds a value. One of a step that is there already, or of an earlier one, is passed over.</summary>
    internal void Add(CurvePoint point, int most)
    {
        if (_points.Count > 0 && point.Step <= _points[^1].Step)
            return;
        Count++;
        if (double.IsFinite(point.Value))
        {
            Last = point;
            if (Best is not { } best || (LowerIsBetter ? point.Value < best.Value : point.Value > best.Value))
                Best = point;
        }

        if (_points.Count > 0 && _points[^1].Count < Stride)
            _points[^1] = _points[^1].With(point);
        else
            _points.Add(point);
        Thin(most);
    }

    /// <summary>What was read from a file.</summary>
    internal void Restore(IEnumerable<CurvePoint> points, IEnumerable<CurvePoint> left, long stride, CurvePoint? best, CurvePoint? last)
    {
        _points.AddRange(points.Select(point => point with { Count = stride }));
        _left.AddRange(left);
        (Stride, Best, Last, Count) = (stride, best, last, _points.Count * stride);
    }

    /// <summary>Sets aside what lies after a step, to which the run went back.</summary>
    internal void GoBack(long step)
    {
        var kept = _points.FindIndex(point => point.Step > step);
        if (kept < 0)
            return;
        _left.RemoveAll(point => point.Step >= step);
        if (_left.Count > 0)
            _left.Add(CurvePoint.Of(step, double.NaN));
        _left.AddRange(_points[kept..]);
        _points.RemoveRange(kept, _points.Count - kept);
        Count = _points.Count * Stride;
        if (Last?.Step > step)
            Last = Finite(_points).Cast<CurvePoint?>().LastOrDefault();
        if (Best?.Step > step)
            Best = Finite(_points).OrderBy(point => LowerIsBetter ? point.Value : -point.Value).Cast<CurvePoint?>().FirstOrDefault();
    }

    /// <summary>Makes two points one until there are no more than a number of them.</summary>
    internal void Thin(int most)
    {
        while (_points.Count > most)
        {
            Halve(_points);
            Stride *= 2;
        }

        while (_left.Count > most)
            Halve(_left);
    }

    private static void Halve(List<CurvePoint> points)
    {
        var half = (points.Count + 1) / 2;
        for (var i = 0; i < half; i++)
            points[i] = 2 * i + 1 < points.Count ? points[2 * i].With(points[2 * i + 1]) : points[2 * i];
        points.RemoveRange(half, points.Count - half);
    }

    private static IEnumerable<CurvePoint> Finite(IEnumerable<CurvePoint> points) => points.Where(point => double.IsFinite(point.Value));
}
