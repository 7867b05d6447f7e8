namespace GanKit.Monitoring;

/// <summary>Says in words what is wrong with a run, from the readings of <see cref="TrainingHealth"/>, and acts on it.</summary>
/// <remarks>
/// <para>A fault is said once it was seen at several readings in a row, and again only after it was over for as many
/// (<see cref="WatchdogOptions.Patience"/>, <see cref="WatchdogOptions.Recovery"/>). Of several at once the first of <see cref="TrainingFault"/>
/// is said.</para>
/// <para>To go back, it keeps the state of the run with the smallest <see cref="HealthReading.Distance"/> in memory: networks, averages and
/// optimisers, about four times the weights. The data, the steps' count and the schedule go on where they are, so that a run has as many steps as
/// it was asked for. A divergence that the trainer's own check finds (<see cref="TrainerOptions.FiniteCheckInterval"/>) is said as well, and gone
/// back from.</para>
/// </remarks>
/// <example><code>new Watchdog(health) { Policy = WatchdogPolicy.Stop }</code></example>
public sealed class Watchdog : TrainingCallback, IReportSource, IStateful, IDisposable
{
    private readonly TrainingHealth _health;
    private readonly WatchdogOptions _options;
    private readonly FaultStreaks _streaks;
    private readonly List<TrainingEvent> _events = [];
    private State? _best; // of the trainer
    private double _bestDistance = double.PositiveInfinity;
    private long _bestStep;
    private long _seen, _since; // readings looked at; the first of those that count
    private long _rollBacks;
    private long _recoveredStep; // the step of a divergence that was gone back from, whose reading is of it

    /// <summary>Prepares to watch.</summary>
    /// <param name="health">The readings; it is a callback of the same run, before this one.</param>
    /// <param name="options">Thresholds; by default those that <see cref="WatchdogOptions"/> has.</param>
    /// <exception cref="ArgumentException">An option is out of range.</exception>
    public Watchdog(TrainingHealth health, WatchdogOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(health);
        (_health, _options) = (health, options ?? new());
        _options.Validate();
        _streaks = new(_options);
    }

    /// <summary>What it does about a fault; <see cref="WatchdogPolicy.Report"/>.</summary>
    public WatchdogPolicy Policy { get; init; }

    /// <summary>What it does about particular faults, instead of <see cref="Policy"/>; none by default.</summary>
    public IReadOnlyDictionary<TrainingFault, WatchdogPolicy> Policies { get; init => field = Given.NotNull(value); } =
        new Dictionary<TrainingFault, WatchdogPolicy>();

    /// <summary>None: they are those of <see cref="TrainingHealth"/>.</summary>
    public IReadOnlyList<MetricPoint> Points => [];

    /// <inheritdoc/>
    public IReadOnlyList<TrainingEvent> Events => _events;

    /// <summary>The fault that was said last and is not over; null where there is none.</summary>
    public TrainingFault? Fault => _streaks.Active;

    private bool RollsBack => Policy == WatchdogPolicy.RollBack || Policies.Values.Contains(WatchdogPolicy.RollBack);

    /// <inheritdoc/>
    public override void OnFitStart(ITrainer trainer, FitPlan plan)
    {
        ArgumentNullException.ThrowIfNull(trainer);
        if (RollsBack && _best is null)
            Keep(trainer, double.PositiveInfinity);
    }

    /// <inheritdoc/>
    public override void OnStep(ITrainer trainer, StepResult step)
    {
        ArgumentNullException.ThrowIfNull(trainer);
        while (_seen < _health.Readings.Count)
        {
            _seen++;
            Look(trainer, _health.Readings.Take((int)_seen).Skip((int)_since).ToArray());
        }
    }

    /// <inheritdoc/>
    public override void OnFitEnd(ITrainer trainer)
    {
        ArgumentNullException.ThrowIfNull(trainer);
        if (_health.Readings.Count == 0 && trainer.StepCount >= _health.Interval)
            trainer.Warn($"The watchdog had no reading in {trainer.StepCount} steps: put its TrainingHealth before it among the callbacks.");
    }

    /// <inheritdoc/>
    internal override bool Recover(ITrainer trainer, TrainingDivergedException error)
    {
        var step = trainer.StepCount;
        if (PolicyFor(TrainingFault.Divergence) == WatchdogPolicy.RollBack && _rollBacks < _options.MostRollBacks)
        {
            Act(trainer, TrainingFault.Divergence, error.Message, step);
            _recoveredStep = step;
            return true;
        }

        if (Fault != TrainingFault.Divergence) // else a reading had it
            Say(step, TrainingFault.Divergence, error.Message, "The run ended.", isError: true);
        return false;
    }

    /// <summary>What was said, what is suspected, and the state to go back to.</summary>
    /// <inheritdoc/>
    public void VisitState(StateVisitor visitor)
    {
        ArgumentNullException.ThrowIfNull(visitor);
        var events = MonitoringState.Save(_events.ToArray());
        visitor.Value("events", ref events);
        visitor.Value("seen", ref _seen, least: 0);
        visitor.Value("since", ref _since, least: 0);
        visitor.Value("roll_backs", ref _rollBacks, least: 0);
        visitor.Value("recovered_step", ref _recoveredStep, least: 0);
        visitor.Value("best_distance", ref _bestDistance);
        visitor.Value("best_step", ref _bestStep, least: 0);
        visitor.Part("streaks", _streaks);
        visitor.Late("best", ref _best);
        if (!visitor.IsLoading)
            return;
        _events.Clear();
        _events.AddRange(MonitoringState.Load<TrainingEvent[]>(events)!);
    }

    /// <summary>Frees the state that it keeps.</summary>
    public void Dispose()
    {
        _best?.Dispose();
        _best = null;
    }

    // Going back does not mend data.
    private WatchdogPolicy PolicyFor(TrainingFault fault) => Policies.TryGetValue(fault, out var own) ? own
        : fault == TrainingFault.NarrowData && Policy == WatchdogPolicy.RollBack ? WatchdogPolicy.Report : Policy;

    private void Look(ITrainer trainer, HealthReading[] readings)
    {
        var now = readings[^1];
        if (now.Step == _recoveredStep)
        {
            _since = _seen;
            return;
        }

        var found = new Diagnosis(_options).Find(readings).ToDictionary(each => each.Fault, each => each.Seen);
        var (begun, ended) = _streaks.Look([.. found.Keys], isSure: now.NotFinite is not null);
        if (ended is { } over)
            _events.Add(new(now.Step, TrainingEventSeverity.Information, $"{FaultAdvice.Title(over)} is over", $"It was not seen at {_options.Recovery} readings in a row."));
        if (begun is { } fault)
            Act(trainer, fault, found[fault], now.Step);
        else if (RollsBack && found.Count == 0 && now.Distance < _bestDistance)
            Keep(trainer, now.Distance);
    }

    private void Act(ITrainer trainer, TrainingFault fault, string seen, long step)
    {
        var policy = PolicyFor(fault);
        if (policy == WatchdogPolicy.RollBack && _rollBacks < _options.MostRollBacks)
        {
            var factor = trainer.LearningRateFactor * _options.RollBackFactor;
            LearnedState.Restore(trainer, _best!);
            trainer.LearningRateFactor = factor;
            _rollBacks++;
            _since = _seen;
            _streaks.Clear();
            Say(step, fault, seen, FormattableString.Invariant($"The networks went back to those of step {_bestStep}, with {factor:G3} of the learning rates."), isError: false);
        }
        else if (policy == WatchdogPolicy.Report)
        {
            Say(step, fault, seen, FaultAdvice.For(fault), isError: fault == TrainingFault.Divergence);
        }
        else
        {
            Say(step, fault, seen, policy == WatchdogPolicy.RollBack ? $"The run went back {_rollBacks} times already, and stops." : "The run stops.", isError: true);
            trainer.RequestStop();
        }

        trainer.Warn($"{FaultAdvice.Title(fault)} at step {step}: {_events[^1].Text}");
    }

    private void Say(long step, TrainingFault fault, string seen, string then, bool isError) => _events.Add(new(
        step, isError ? TrainingEventSeverity.Error : TrainingEventSeverity.Warning, FaultAdvice.Title(fault), $"{seen} {then}"));

    private void Keep(ITrainer trainer, double distance)
    {
        var state = LearnedState.Of(trainer);
        Dispose();
        _best = state;
        (_bestDistance, _bestStep) = (distance, trainer.StepCount);
    }
}
