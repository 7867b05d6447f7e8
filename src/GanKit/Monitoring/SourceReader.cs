namespace GanKit.Monitoring;

/// <summary>Goes through what sources have, once.</summary>
internal sealed class SourceReader(IReadOnlyList<IReportSource> sources)
{
    private readonly (int Points, int Events)[] _read = new (int, int)[sources.Count];

    /// <summary>The points that came since the last call.</summary>
    internal IEnumerable<MetricPoint> NewPoints() => Enumerable.Range(0, sources.Count)
        .SelectMany(i => New(sources[i].Points, ref _read[i].Points));

    /// <summary>The events that came since the last call.</summary>
    internal IEnumerable<TrainingEvent> NewEvents() => Enumerable.Range(0, sources.Count)
        .SelectMany(i => New(sources[i].Events, ref _read[i].Events));

    /// <summary>Begins anew: all that there is counts as new.</summary>
    internal void Restart() => Array.Clear(_read);

    // A list that is shorter than it was, as after a state was loaded, is read anew from its end.
    private static IReadOnlyList<T> New<T>(IReadOnlyList<T> list, ref int read)
    {
        var from = Math.Min(read, list.Count);
        read = list.Count;
        if (from == read)
            return [];
        var added = new T[read - from];
        for (var i = 0; i < added.Length; i++)
            added[i] = list[from + i];
        return added;
    }
}
