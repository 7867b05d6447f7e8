namespace GanKit.Monitoring;

/// <summary>The best point of a metric so far, where noise is no improvement.</summary>
/// <param name="source">What measures.</param>
/// <param name="metric">The metric's name; the first that the source has by default.</param>
internal sealed class BestTracker(IReportSource source, string? metric) : IStateful
{
    private string _metric = metric ?? "";
    private long _read; // points of the source
    private long _since; // measurements after the best

    /// <summary>The best point; null before the first.</summary>
    internal MetricPoint? Best { get; private set; }

    /// <summary>Measurements since the best one.</summary>
    internal long Since => _since;

    /// <summary>Two metrics of the same source, the distance of samples to training data and that of test data to training data; or none.</summary>
    internal (string Samples, string Test)? Distances { get; init; }

    /// <summary>The metric's name; empty before the first point, where none was given.</summary>
    internal string Metric => _metric;

    /// <summary>The least difference that is an improvement, whatever the intervals are.</summary>
    internal double LeastImprovement { get; init; }

    /// <summary>Takes what the source measured since the last call.</summary>
    /// <returns>For each measurement of the metric, whether it is the best so far, and whether samples are closer to the training data than test data.</returns>
    internal IReadOnlyList<(MetricPoint Point, bool IsBest, string? Overfitting)> Look()
    {
        var looks = new List<(MetricPoint, bool, string?)>();
        for (; _read < source.Points.Count; _read++)
        {
            var point = source.Points[(int)_read];
            if (_metric.Length == 0)
                _metric = point.Name;
            if (point.Name != _metric)
                continue;
            var overfitting = Overfitting(point.Step);
            var isBest = overfitting is null && double.IsFinite(point.Value) && (Best is null || IsBetter(point, Best));
            _since = isBest ? 0 : _since + 1;
            if (isBest)
                Best = point;
            looks.Add((point, isBest, overfitting));
        }

        return looks;
    }

    public void VisitState(StateVisitor visitor)
    {
        var best = MonitoringState.Save(Best);
        visitor.Value("metric", ref _metric);
        visitor.Value("best", ref best);
        visitor.Value("since", ref _since, least: 0);
        if (!visitor.IsLoading)
            return;
        Best = MonitoringState.Load<MetricPoint>(best);
    }

    /// <summary>Passes over what the source measured in a run that a loaded state belongs to, or before this one began.</summary>
    internal void Begin() => _read = source.Points.Count;

    /// <summary>Warns once where the source measures, but not this metric.</summary>
    internal void WarnOfOtherNames(ITrainer trainer)
    {
        if (Best is null && _metric.Length > 0 && source.Points.Count > 0 && source.Points.All(point => point.Name != _metric))
        {
            trainer.Warn($"Nothing is said of '{_metric}', as no point has this name; there are "
                + $"{string.Join(", ", source.Points.Select(point => $"'{point.Name}'").Distinct())}.");
        }
    }

    private bool IsBetter(MetricPoint point, MetricPoint best)
    {
        var gain = point.LowerIsBetter ? best.Value - point.Value : point.Value - best.Value;
        var noise = Math.Sqrt(Square(HalfWidth(point)) + Square(HalfWidth(best))); // of the difference, at the intervals' own level
        return gain > Math.Max(noise, LeastImprovement);
    }

    private string? Overfitting(long step)
    {
        if (Distances is not var (samples, test))
            return null;
        var (near, far) = (At(samples, step), At(test, step));
        return near is not null && far is not null && near.Value + HalfWidth(near) < far.Value - HalfWidth(far)
            ? FormattableString.Invariant($"Samples are closer to the training data ({near.Value:G3}) than test data are ({far.Value:G3}).") : null;
    }

    private MetricPoint? At(string name, long step) =>
        source.Points.LastOrDefault(point => point.Name == name && point.Step <= step && double.IsFinite(point.Value));

    private static double HalfWidth(MetricPoint point) => point is { Low: { } low, High: { } high } && high >= low ? (high - low) / 2 : 0;

    private static double Square(double value) => value * value;
}
