namespace GanKit.Monitoring;

/// <summary>Says in words what is wrong with a run, from the readings of <see cref="TrainingHealth"/>, and acts on it.</summary>
/// <remarks>
/// <para>A fault is said once it was seen at several readings in a row, and again only after it was over for as many
/// (<see cref="WatchdogOptions.Patience"/>, <see cref="WatchdogOptions.Recovery"/>). Of several at once the first of <see cref="TrainingFault"/>
/// is said.</para>
/// <para>To go back, it keeps the state of the run with the smallest <see cref="HealthReading.Distance"/> in memory: networks, averages and
/// optimisers, about four times the weights. The data go on where they are. The trainer's own check ends a run at NaN before there is anything
/// to go back from, so <see cref="WatchdogPolicy.RollBack"/> needs a <see cref="TrainerOptions.FiniteCheckInterval"/> longer than the run.</para>
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
    private bool _isSaving;

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
    /// <exception cref="InvalidOperationException">It is to go back at a divergence, but the trainer's own check would end the run first.</exception>
    public override void OnFitStart(ITrainer trainer, FitPlan plan)
    {
        ArgumentNullException.ThrowIfNull(trainer);
        ArgumentNullException.ThrowIfNull(plan);
        if (PolicyFor(TrainingFault.Divergence) == WatchdogPolicy.RollBack
            && trainer.Options.FiniteCheckInterval <= trainer.StepCount + (plan.TotalSteps ?? int.MaxValue - 1L))
        {
            throw new InvalidOperationException(
                $"The watchdog is to go back at a divergence, but the trainer's own check, every {trainer.Options.FiniteCheckInterval} steps, would "
                + "end the run first: set TrainerOptions.FiniteCheckInterval to int.MaxValue, or another policy for TrainingFault.Divergence.");
        }

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
        // The step at which training diverged reaches no callback.
        if (trainer.LastStep is { } last && last.Step == trainer.StepCount && (_seen == 0 || _health.Readings[(int)_seen - 1].Step < last.Step)
            && last.Metrics.Where(metric => !double.IsFinite(metric.Value)).Select(metric => metric.Key).ToArray() is { Length: > 0 } broken)
            Say(last.Step, TrainingFault.Divergence, $"Not a finite number any more: {string.Join(", ", broken)}.", "The run ended.", isError: true);
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
        visitor.Value("best_distance", ref _bestDistance);
        visitor.Value("best_step", ref _bestStep, least: 0);
        visitor.Part("streaks", _streaks);
        if (!_isSaving)
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

    private WatchdogPolicy PolicyFor(TrainingFault fault) => Policies.TryGetValue(fault, out var own) ? own : Policy;

    private void Look(ITrainer trainer, HealthReading[] readings)
    {
        var now = readings[^1];
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
            trainer.LoadState(_best!);
            trainer.LearningRateFactor = factor;
            _rollBacks++;
            _since = _seen;
            _streaks.Clear();
            Say(step, fault, seen, FormattableString.Invariant($"The run went back to step {_bestStep}, with {factor:G3} of the learning rates."), isError: false);
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
        _best?.Dispose();
        _best = null;
        _isSaving = true;
        try
        {
            _best = trainer.SaveState();
        }
        finally
        {
            _isSaving = false;
        }

        _best.Remove("fit"); // the data and the callbacks go on
        (_bestDistance, _bestStep) = (distance, trainer.StepCount);
    }
}
