namespace GanKit.Monitoring;

/// <summary>A metric measured every N steps, for reports, logs, <see cref="BestCheckpoint"/> and <see cref="EarlyStopping"/>.</summary>
/// <remarks>The function gets the trainer between two steps; with a seed for its samples, the run goes on as if it had not been called.</remarks>
/// <example>
/// <code>
/// var distance = new MetricCallback(trainer => Measure(trainer), every: 500);
/// var stopping = new EarlyStopping(distance, patience: 5);
/// trainer.Fit(data, steps: 100_000, callbacks: [distance, new BestCheckpoint(distance, "best.safetensors"), stopping]);
/// </code>
/// </example>
public sealed class MetricCallback : TrainingCallback, IReportSource, IStateful
{
    private readonly Func<ITrainer, IEnumerable<MetricPoint>> _measure;
    private readonly long _every;
    private readonly List<MetricPoint> _points = [];

    /// <summary>Measures one metric.</summary>
    /// <param name="measure">Measures it; the point's step is set here.</param>
    /// <param name="every">Steps between two measurements, at least 1.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="every"/> is below 1.</exception>
    public MetricCallback(Func<ITrainer, MetricPoint> measure, long every)
        : this(trainer => [(measure ?? throw new ArgumentNullException(nameof(measure)))(trainer)], every) => ArgumentNullException.ThrowIfNull(measure);

    /// <summary>Measures several at once, such as those of one set of samples.</summary>
    /// <param name="measure">Measures them; the first one's name is that by which a run has a best step. The points' steps are set here.</param>
    /// <param name="every">Steps between two measurements, at least 1.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="every"/> is below 1.</exception>
    public MetricCallback(Func<ITrainer, IEnumerable<MetricPoint>> measure, long every)
    {
        ArgumentNullException.ThrowIfNull(measure);
        ArgumentOutOfRangeException.ThrowIfLessThan(every, 1);
        (_measure, _every) = (measure, every);
    }

    /// <summary>Measures samples of the trainer against real data, by all measures of an evaluation.</summary>
    /// <param name="evaluation">The measures and the real data; it stays yours.</param>
    /// <param name="every">Steps between two measurements, at least 1.</param>
    /// <param name="count">How many samples to generate each time, at least 2; the same latents at each.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="every"/> is below 1, or <paramref name="count"/> below 2.</exception>
    public MetricCallback(Evaluation evaluation, long every, long count = 10_000)
        : this(trainer => PointsOf(trainer.Measure(evaluation, count)), every)
    {
        ArgumentNullException.ThrowIfNull(evaluation);
        ArgumentOutOfRangeException.ThrowIfLessThan(count, 2);
    }

    /// <inheritdoc/>
    public IReadOnlyList<MetricPoint> Points => _points;

    /// <summary>None.</summary>
    public IReadOnlyList<TrainingEvent> Events => [];

    /// <inheritdoc/>
    /// <exception cref="InvalidOperationException">The function gives null.</exception>
    public override void OnStep(ITrainer trainer, StepResult step)
    {
        ArgumentNullException.ThrowIfNull(step);
        if (step.Step % _every != 0)
            return;
        var points = _measure(trainer) ?? throw new InvalidOperationException("The function that measures gave null instead of points.");
        foreach (var point in points)
        {
            _points.Add((point ?? throw new InvalidOperationException("The function that measures gave null instead of a point."))
                with
            { Step = step.Step });
        }
    }

    // Two measures may have a number of one name, such as the precision of each; their dialects tell them apart.
    private static IEnumerable<MetricPoint> PointsOf(IReadOnlyList<MetricResult> results) => results.Select(result => new MetricPoint(
        0, results.Count(other => other.Name == result.Name) > 1 ? $"{result.Name} ({result.Protocol.Dialect})" : result.Name,
        result.Value, result.Interval?.Low, result.Interval?.High, result.LowerIsBetter));

    /// <summary>The points; a run that goes on keeps them.</summary>
    /// <inheritdoc/>
    public void VisitState(StateVisitor visitor)
    {
        ArgumentNullException.ThrowIfNull(visitor);
        var points = MonitoringState.Save(_points.ToArray());
        visitor.Value("points", ref points);
        if (!visitor.IsLoading)
            return;
        _points.Clear();
        _points.AddRange(MonitoringState.Load<MetricPoint[]>(points)!);
    }
}
