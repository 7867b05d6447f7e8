namespace GanKit;

/// <summary>
/// Picks the steps whose metrics are read: one in every N, the first that updated the generator, so that records are
/// whole also with several discriminator steps a generator step; else the last of the N. And the run's last step.
/// </summary>
internal sealed class RecordSchedule
{
    private readonly long _every;
    private long? _lastStep;
    private bool _pending;

    internal RecordSchedule(long every)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(every, 1);
        _every = every;
    }

    internal void Start(ITrainer trainer, FitPlan plan)
    {
        _lastStep = trainer.StepCount + plan.TotalSteps;
        _pending = false;
    }

    internal bool IsDue(StepResult step)
    {
        var last = step.Step == _lastStep;
        _pending |= last || step.Step % _every == 0;
        if (!_pending || !(step.GeneratorUpdated || last || (step.Step + 1) % _every == 0))
            return false;
        _pending = false;
        return true;
    }
}
