using System.Globalization;

namespace GanKit.Monitoring;

/// <summary>Gives what happens in a run to a logger, in words: an <c>ILogger</c>, a file, a chat.</summary>
/// <remarks>
/// Entries are: that the run began and ended, the trainer's warnings, each metric and event of <see cref="Sources"/>, and, where asked for,
/// the losses every N steps. The library needs no logging package: a <see cref="TrainingEventSeverity"/> is a
/// <c>Microsoft.Extensions.Logging.LogLevel</c> by its number, and <see cref="TrainingEvent"/>'s parts are the values of a structured log.
/// </remarks>
/// <example>
/// <code>
/// new TrainingEventLog(entry => logger.Log(
///     (LogLevel)entry.Severity, "Step {Step}: {Title}. {Text}", entry.Step, entry.Title, entry.Text), every: 500) { Sources = [watchdog] }
/// </code>
/// </example>
public sealed class TrainingEventLog : TrainingCallback
{
    private readonly Action<TrainingEvent> _write;
    private readonly RecordSchedule? _schedule;
    private SourceReader _sources = new([]);
    private bool _began;
    private int _warnings; // of the trainer, that are written

    /// <summary>Prepares a log.</summary>
    /// <param name="write">Gets each entry, on the thread that trains. An exception of it ends the run.</param>
    /// <param name="every">Steps between two entries of losses, at least 1; none by default.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="every"/> is below 1.</exception>
    public TrainingEventLog(Action<TrainingEvent> write, long? every = null)
    {
        ArgumentNullException.ThrowIfNull(write);
        _write = write;
        _schedule = every is { } steps ? new RecordSchedule(steps) : null;
    }

    /// <summary>Parts that measure and watch the run; none by default.</summary>
    public IReadOnlyList<IReportSource> Sources { get; init => field = Given.NotNull(value); } = [];

    /// <inheritdoc/>
    public override void OnFitStart(ITrainer trainer, FitPlan plan)
    {
        ArgumentNullException.ThrowIfNull(trainer);
        ArgumentNullException.ThrowIfNull(plan);
        _schedule?.Start(trainer, plan);
        _sources = SourceReader.After(trainer.StepCount, Sources);
        Say(trainer.StepCount, "Training begins", plan.TotalSteps is { } steps ? Invariant($"{steps:N0} steps on {trainer.Device}.") : Invariant($"On {trainer.Device}."));
        _began = true;
    }

    /// <inheritdoc/>
    public override void OnStep(ITrainer trainer, StepResult step)
    {
        ArgumentNullException.ThrowIfNull(trainer);
        ArgumentNullException.ThrowIfNull(step);
        if (_schedule?.IsDue(step) == true)
            SayProgress(step);
        Pass(trainer);
    }

    /// <inheritdoc/>
    public override void OnFitEnd(ITrainer trainer)
    {
        ArgumentNullException.ThrowIfNull(trainer);
        if (!_began)
            return;
        Pass(trainer);
        if (_schedule?.Rest(trainer) is { } last)
            SayProgress(last);
        Say(trainer.StepCount, "Training ends", Invariant($"After step {trainer.StepCount:N0}."));
        _began = false;
    }

    private void Pass(ITrainer trainer)
    {
        for (; _warnings < trainer.Warnings.Count; _warnings++)
            _write(new(trainer.StepCount, TrainingEventSeverity.Warning, "Warning of the trainer", trainer.Warnings[_warnings]));
        foreach (var point in _sources.NewPoints())
        {
            var interval = point is { Low: { } low, High: { } high } ? Invariant($" ({low:G4} to {high:G4})") : "";
            Say(point.Step, point.Name, Invariant($"{point.Value:G4}{interval}."));
        }

        foreach (var found in _sources.NewEvents())
            _write(found);
    }

    private void SayProgress(StepResult step) => Say(
        step.Step, "Progress", string.Join(", ", step.Logged.Select(value => Invariant($"{value.Key} {value.Value:G4}"))) + ".");

    private void Say(long step, string title, string text) => _write(new(step, TrainingEventSeverity.Information, title, text));

    private static string Invariant(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
