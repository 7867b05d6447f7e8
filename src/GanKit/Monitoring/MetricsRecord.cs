using System.Globalization;

namespace GanKit.Monitoring;

/// <summary>The record of one step in a log.</summary>
internal sealed record MetricsRecord(long Step, long Epoch, DateTimeOffset Time, IReadOnlyDictionary<string, double> Values)
{
    /// <summary>The names that every record has, in this order, before those of its values.</summary>
    internal static readonly string[] FixedNames = ["step", "epoch", "time"];

    /// <summary>What sources noticed at the step.</summary>
    internal IReadOnlyList<TrainingEvent> Events { get; init; } = [];

    /// <summary>The time in UTC to the millisecond, as ISO 8601 writes it.</summary>
    internal string TimeText => Time.UtcDateTime.ToString("yyyy-MM-ddTHH:mm:ss.fffZ", CultureInfo.InvariantCulture);

    /// <summary>
    /// A value's name in a log, on one line; one that is taken by <see cref="FixedNames"/> gets a prefix.
    /// </summary>
    internal static string NameOf(string metric) =>
        FixedNames.Contains(metric) || metric == "events" ? $"metric/{metric}" : metric.ReplaceLineEndings(" ");

    /// <summary>The shortest digits that read back to the same value, at the precision it was computed in.</summary>
    internal static string Text(double value) => value == (float)value
        ? ((float)value).ToString(CultureInfo.InvariantCulture)
        : value.ToString(CultureInfo.InvariantCulture);
}

/// <summary>
/// Picks the steps whose metrics are read: one in every N, the first that updated the generator, so that records are
/// whole also with several discriminator steps a generator step; else the last of the N. And the run's last step.
/// </summary>
internal sealed class RecordSchedule
{
    private readonly long _every;
    private long? _lastStep;
    private bool _pending;
    private StepResult? _recorded; // or the last before the run

    internal RecordSchedule(long every)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(every, 1);
        _every = every;
    }

    internal void Start(ITrainer trainer, FitPlan plan)
    {
        _lastStep = trainer.StepCount + plan.TotalSteps;
        _pending = false;
        _recorded = trainer.LastStep;
    }

    /// <summary>The last step of a run that has ended, where it was not due: the run was stopped before its plan's end.</summary>
    internal StepResult? Rest(ITrainer trainer) => ReferenceEquals(trainer.LastStep, _recorded) ? null : trainer.LastStep;

    internal bool IsDue(StepResult step)
    {
        var last = step.Step == _lastStep;
        _pending |= last || step.Step % _every == 0;
        if (!_pending || !(step.GeneratorUpdated || last || (step.Step + 1) % _every == 0))
            return false;
        _pending = false;
        _recorded = step;
        return true;
    }
}
