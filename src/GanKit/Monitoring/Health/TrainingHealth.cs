using static TorchSharp.torch;

namespace GanKit.Monitoring;

/// <summary>Measures every N steps how a run is: what the discriminator still tells apart, gradients, and samples beside data.</summary>
/// <remarks>
/// <para>A reading runs both networks on some batches through <see cref="ITrainer.Discriminate"/>, which leaves the run as it is: a run with
/// readings ends in the same weights as one without, bit by bit. Other steps
/// read nothing from the device. With batches of 64 a reading costs an estimated two steps, which is not measured.</para>
/// <para>It works for any objective. Samples are compared in pixels unless <see cref="Features"/> is set. Put it before the callbacks that read it:
/// <see cref="Watchdog"/>, reports, logs.</para>
/// </remarks>
/// <example>
/// <code>
/// using var health = new TrainingHealth(heldOut: test.Batches(64));
/// trainer.Fit(data, steps: 10_000, callbacks: [health, new Watchdog(health), new MetricsLog("log.jsonl") { Sources = [health] }]);
/// </code>
/// </example>
public sealed class TrainingHealth : TrainingCallback, IReportSource, IStateful, IDisposable
{
    private const int MostBatches = 8; // of training data, and of held-out data

    private readonly IEnumerable<Batch>? _heldOutData;
    private readonly long _every;
    private readonly List<Batch> _heldOut = [];
    private readonly List<Batch> _recent = [];
    private readonly List<HealthReading> _readings = [];
    private readonly List<MetricPoint> _points = [];

    /// <summary>Prepares readings.</summary>
    /// <param name="heldOut">
    /// Batches of real samples that are not trained on, of the same kind as the training data and best of the same size: without them
    /// nothing can be said of the discriminator's overfitting. The first <see cref="Samples"/> are copied when the run begins.
    /// </param>
    /// <param name="every">Steps between two readings, at least 1; 100.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="every"/> is below 1.</exception>
    public TrainingHealth(IEnumerable<Batch>? heldOut = null, long every = 100)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(every, 1);
        (_heldOutData, _every) = (heldOut, every);
    }

    /// <summary>
    /// How many training samples, and as many held-out ones, a reading looks at, at least 4; 256. They come in batches of the data's size, at most 8
    /// of either, so it may be fewer.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is below 4.</exception>
    public long Samples
    {
        get;
        init
        {
            ArgumentOutOfRangeException.ThrowIfLessThan(value, 4);
            field = value;
        }
    } = 256;

    /// <summary>
    /// Turns samples (B, ...) into vectors (B, F) whose distances say more than those of pixels, such as an extractor's <c>Extract</c>; null,
    /// the pixels themselves.
    /// </summary>
    public Func<Tensor, Tensor>? Features { get; init; }

    /// <summary>Steps between two readings.</summary>
    public long Interval => _every;

    /// <summary>Whether there is held-out data.</summary>
    public bool HasHeldOut => _heldOutData is not null;

    /// <summary>The readings so far.</summary>
    public IReadOnlyList<HealthReading> Readings => _readings;

    /// <inheritdoc/>
    public IReadOnlyList<MetricPoint> Points => _points;

    /// <summary>None: <see cref="Watchdog"/> draws the conclusions.</summary>
    public IReadOnlyList<TrainingEvent> Events => [];

    /// <inheritdoc/>
    /// <exception cref="ArgumentException">There is held-out data, but no batch in it.</exception>
    public override void OnFitStart(ITrainer trainer, FitPlan plan)
    {
        ArgumentNullException.ThrowIfNull(trainer);
        if (_heldOutData is not null && _heldOut.Count == 0)
            KeepHeldOut(_heldOutData);
    }

    /// <inheritdoc/>
    public override void OnStep(ITrainer trainer, StepResult step)
    {
        ArgumentNullException.ThrowIfNull(trainer);
        ArgumentNullException.ThrowIfNull(step);
        if (step.Step % _every != 0)
            return;
        Remember(trainer.CopyBatch());
        var reading = new HealthReader(_recent, _heldOut, Features).Read(trainer, step);
        if (reading.NotFinite is not null)
            Forget(); // the batch may be what is broken
        _readings.Add(reading);
        _points.AddRange(HealthPoints.Of(reading));
    }

    /// <summary>The readings; a run that goes on keeps them.</summary>
    /// <inheritdoc/>
    public void VisitState(StateVisitor visitor)
    {
        ArgumentNullException.ThrowIfNull(visitor);
        var saved = MonitoringState.Save(_readings.ToArray());
        visitor.Value("readings", ref saved);
        VisitBatches(visitor, "recent", _recent);
        VisitBatches(visitor, "held_out", _heldOut);
        if (!visitor.IsLoading)
            return;
        _readings.Clear();
        _readings.AddRange(MonitoringState.Load<HealthReading[]>(saved)!);
        _points.Clear();
        _points.AddRange(_readings.SelectMany(HealthPoints.Of));
    }

    /// <summary>Frees the batches that it keeps.</summary>
    public void Dispose()
    {
        foreach (var batch in _recent.Concat(_heldOut))
            batch.Dispose();
        _recent.Clear();
        _heldOut.Clear();
    }

    /// <summary>Keeps the last batches, as many as there are to be samples.</summary>
    private void Remember(Batch batch)
    {
        _recent.Add(batch);
        while (_recent.Count > MostBatches || (_recent.Count > 1 && _recent.Skip(1).Sum(kept => kept.Size) >= Samples))
        {
            _recent[0].Dispose();
            _recent.RemoveAt(0);
        }
    }

    private void Forget()
    {
        _recent[^1].Dispose();
        _recent.RemoveAt(_recent.Count - 1);
    }

    private static void VisitBatches(StateVisitor visitor, string name, List<Batch> batches)
    {
        var names = MonitoringState.Save(batches.Select(batch => batch.Names.ToArray()).ToArray());
        var tensors = visitor.IsSaving ? batches.SelectMany(batch => batch.Names.Select(each => batch[each])).ToList() : [];
        visitor.Value($"{name}_names", ref names);
        visitor.Tensors(name, tensors);
        if (!visitor.IsLoading)
            return;
        batches.ForEach(batch => batch.Dispose());
        batches.Clear();
        var at = 0;
        foreach (var each in MonitoringState.Load<string[][]>(names)!)
        {
            var hasCondition = each.Contains("condition");
            var batch = new Batch(tensors[at++], hasCondition ? tensors[at++] : null);
            foreach (var other in each.Skip(hasCondition ? 2 : 1))
                batch.Add(other, tensors[at++]);
            batches.Add(batch);
        }
    }

    private void KeepHeldOut(IEnumerable<Batch> data)
    {
        var count = 0L;
        foreach (var batch in data)
        {
            _heldOut.Add(batch.CopyFirst(Math.Min(batch.Size, Samples - count)));
            count += _heldOut[^1].Size;
            if (count >= Samples || _heldOut.Count == MostBatches)
                return;
        }

        if (count == 0)
            throw new ArgumentException("The held-out data has no batch: it is empty, or smaller than one batch and its last one is dropped.");
    }
}
