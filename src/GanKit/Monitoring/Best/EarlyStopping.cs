namespace GanKit.Monitoring;

/// <summary>Ends a run whose metric does not improve any more.</summary>
/// <remarks>
/// A measurement is an improvement where it is better than the best one by more than the noise, which is the root of the sum of the squares of both
/// intervals' half widths. Many small improvements count once they are more than that together. It reads what another callback
/// measures, which stands before it: <see cref="MetricCallback"/>, <see cref="TrainingHealth"/> or a source of your own.
/// </remarks>
/// <example><code>callbacks: [distance, new EarlyStopping(distance, patience: 10)]</code></example>
public sealed class EarlyStopping : TrainingCallback, IReportSource, IStateful
{
    private readonly BestTracker _tracker;
    private readonly int _patience;
    private readonly List<TrainingEvent> _events = [];
    private bool _isOverfitting;

    /// <summary>Prepares to stop a run.</summary>
    /// <param name="source">What measures, a callback of the same run before this one.</param>
    /// <param name="metric">The metric's name; by default the first that the source has.</param>
    /// <param name="patience">Measurements without an improvement after which the run stops, at least 1; 10.</param>
    /// <param name="leastImprovement">The least difference that is an improvement, at least 0; 0, the noise alone.</param>
    /// <param name="distances">
    /// Two metrics of the same source that are smaller where two sets are closer: that of samples to training data, and that of test data
    /// to training data. A measurement at which samples are closer, beyond both intervals, is overfitting, and no improvement. None by default.
    /// </param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="patience"/> or <paramref name="leastImprovement"/> is out of range.</exception>
    public EarlyStopping(
        IReportSource source, string? metric = null, int patience = 10, double leastImprovement = 0,
        (string SamplesToTraining, string TestToTraining)? distances = null)
    {
        ArgumentNullException.ThrowIfNull(source);
        ArgumentOutOfRangeException.ThrowIfLessThan(patience, 1);
        ArgumentOutOfRangeException.ThrowIfNegative(leastImprovement);
        _patience = patience;
        _tracker = new(source, metric) { LeastImprovement = leastImprovement, Distances = distances };
    }

    /// <summary>The best measurement; null before the first.</summary>
    public MetricPoint? Best => _tracker.Best;

    /// <summary>Measurements since the best one.</summary>
    public long Since => _tracker.Since;

    /// <summary>None: they are those of the source.</summary>
    public IReadOnlyList<MetricPoint> Points => [];

    /// <inheritdoc/>
    public IReadOnlyList<TrainingEvent> Events => _events;

    /// <inheritdoc/>
    public override void OnFitStart(ITrainer trainer, FitPlan plan)
    {
        ArgumentNullException.ThrowIfNull(trainer);
        _tracker.Begin();
    }

    /// <inheritdoc/>
    public override void OnStep(ITrainer trainer, StepResult step)
    {
        ArgumentNullException.ThrowIfNull(trainer);
        ArgumentNullException.ThrowIfNull(step);
        var looks = _tracker.Look();
        _tracker.WarnOfOtherNames(trainer);
        foreach (var (point, _, overfitting) in looks)
        {
            if (overfitting is not null && !_isOverfitting)
                _events.Add(new(point.Step, TrainingEventSeverity.Warning, "Overfitting", $"{overfitting} From here on, better values of {point.Name} do not count."));
            _isOverfitting = overfitting is not null;
        }

        if (looks.Count == 0 || _tracker.Since < _patience)
            return;
        var best = _tracker.Best is { } known
            ? FormattableString.Invariant($"the best, {known.Value:G4}, was measured at step {known.Step}") : "there is no best one";
        _events.Add(new(step.Step, TrainingEventSeverity.Information, "Early stopping",
            $"{_tracker.Metric} did not improve beyond its noise in {_tracker.Since} measurements; {best}."));
        trainer.RequestStop();
    }

    /// <summary>The best measurement, and how long ago it was.</summary>
    /// <inheritdoc/>
    public void VisitState(StateVisitor visitor)
    {
        ArgumentNullException.ThrowIfNull(visitor);
        var events = MonitoringState.Save(_events.ToArray());
        visitor.Part("best", _tracker);
        visitor.Value("is_overfitting", ref _isOverfitting);
        visitor.Value("events", ref events);
        if (!visitor.IsLoading)
            return;
        _events.Clear();
        _events.AddRange(MonitoringState.Load<TrainingEvent[]>(events)!);
    }
}
