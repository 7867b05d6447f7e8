namespace GanKit;

/// <summary>Watches a run of <c>Fit</c>: override what you need.</summary>
/// <remarks>All methods are called on the thread that trains, between steps. An exception ends the run.</remarks>
public abstract class TrainingCallback
{
    /// <summary>Before the first step.</summary>
    /// <param name="trainer">The trainer.</param>
    /// <param name="plan">How far the run is meant to go.</param>
    public virtual void OnFitStart(ITrainer trainer, FitPlan plan)
    {
    }

    /// <summary>After each step. Reading <see cref="StepResult.Metrics"/> waits for the device: do it every N steps.</summary>
    /// <param name="trainer">The trainer.</param>
    /// <param name="step">What the step did.</param>
    public virtual void OnStep(ITrainer trainer, StepResult step)
    {
    }

    /// <summary>After the last step of each epoch.</summary>
    /// <param name="trainer">The trainer.</param>
    /// <param name="epoch">The epoch that ended, from 1.</param>
    public virtual void OnEpochEnd(ITrainer trainer, long epoch)
    {
    }

    /// <summary>After the last step, also when the run was cancelled or failed: flush and close here.</summary>
    /// <param name="trainer">The trainer.</param>
    public virtual void OnFitEnd(ITrainer trainer)
    {
    }
}
