namespace GanKit.Monitoring;

/// <summary>Goes through what sources have, once.</summary>
internal sealed class SourceReader(IReadOnlyList<IReportSource> sources)
{
    private readonly (int Points, int Events)[] _read = new (int, int)[sources.Count];

    /// <summary>A reader that passes over what there is where a run goes on after a step; at step 0 it passes over nothing.</summary>
    internal static SourceReader After(long step, IReadOnlyList<IReportSource> sources)
    {
        var reader = new SourceReader(sources);
        for (var i = 0; i < sources.Count && step > 0; i++)
            reader._read[i] = (sources[i].Points.Count, sources[i].Events.Count);
        return reader;
    }

    /// <summary>The first metric of the first source that has one.</summary>
    internal string? FirstMetric => sources.Select(source => source.Points).FirstOrDefault(points => points.Count > 0)?[0].Name;

    /// <summary>A point as numbers with names.</summary>
    internal static IEnumerable<KeyValuePair<string, double>> Values(MetricPoint point)
    {
        yield return new(point.Name, point.Value);
        if (point.Low is { } low)
            yield return new($"{point.Name}/low", low);
        if (point.High is { } high)
            yield return new($"{point.Name}/high", high);
    }

    /// <summary>The points that came since the last call.</summary>
    internal IEnumerable<MetricPoint> NewPoints()
    {
        for (var i = 0; i < sources.Count; i++)
        {
            var list = sources[i].Points;
            for (var at = Start(list.Count, ref _read[i].Points); at < list.Count; at++)
                yield return list[at];
        }
    }

    /// <summary>The events that came since the last call.</summary>
    internal IEnumerable<TrainingEvent> NewEvents()
    {
        for (var i = 0; i < sources.Count; i++)
        {
            var list = sources[i].Events;
            for (var at = Start(list.Count, ref _read[i].Events); at < list.Count; at++)
                yield return list[at];
        }
    }

    // A list that is shorter than it was, as after a state was loaded, is read on from its end.
    private static int Start(int count, ref int read)
    {
        var from = Math.Min(read, count);
        read = count;
        return from;
    }
}
