namespace GanKit;

/// <summary>Watches a run of <c>Fit</c>: override what you need.</summary>
/// <remarks>All methods are called on the thread that trains, between steps. An exception ends the run.</remarks>
public abstract class TrainingCallback
{
    /// <summary>Whether it is called after the others, whatever its place in their list is.</summary>
    internal virtual bool ComesLast => false;

    /// <summary>Before the first step.</summary>
    /// <param name="trainer">The trainer.</param>
    /// <param name="plan">How far the run is meant to go.</param>
    public virtual void OnFitStart(ITrainer trainer, FitPlan plan)
    {
    }

    /// <summary>
    /// After each step. Reading <see cref="StepResult.Metrics"/> waits for the device: do it every N steps.
    /// </summary>
    /// <param name="trainer">The trainer.</param>
    /// <param name="step">The result of the step.</param>
    public virtual void OnStep(ITrainer trainer, StepResult step)
    {
    }

    /// <summary>After the last step of each epoch.</summary>
    /// <param name="trainer">The trainer.</param>
    /// <param name="epoch">The epoch that ended, from 1.</param>
    public virtual void OnEpochEnd(ITrainer trainer, long epoch)
    {
    }

    /// <summary>
    /// After the last step, also when the run was cancelled or failed, be it in <see cref="OnFitStart"/>: flush and close
    /// here.
    /// </summary>
    /// <param name="trainer">The trainer.</param>
    public virtual void OnFitEnd(ITrainer trainer)
    {
    }

    /// <summary>The trainer's own check found that the run diverged, which ends it unless a callback brings the trainer back.</summary>
    /// <param name="trainer">The trainer, after the step.</param>
    /// <param name="error">What it found.</param>
    /// <returns>Whether the run goes on.</returns>
    internal virtual bool Recover(ITrainer trainer, TrainingDivergedException error) => false;

    /// <summary>The end, for those that ask how the run came to it.</summary>
    /// <param name="trainer">The trainer.</param>
    /// <param name="failure">What ended it; nothing where its last step did.</param>
    internal virtual void EndFit(ITrainer trainer, Exception? failure) => OnFitEnd(trainer);

    /// <summary>A callback out of a function that is called every N steps.</summary>
    /// <param name="steps">N, at least 1: it is called after steps N, 2N, 3N, ...</param>
    /// <param name="action">The function; it gets the trainer and the step's result.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="steps"/> is below 1.</exception>
    /// <example>
    /// <code>
    /// TrainingCallback.Every(100, (trainer, step) => Console.WriteLine($"{step.Step}: {step.DiscriminatorLoss:F3}"))
    /// </code>
    /// </example>
    public static TrainingCallback Every(long steps, Action<ITrainer, StepResult> action)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(steps, 1);
        ArgumentNullException.ThrowIfNull(action);
        return new StepCallback(steps, action);
    }

    /// <summary>A callback out of a function that is called after each epoch.</summary>
    /// <param name="action">The function; it gets the trainer and the number of the epoch that ended, from 1.</param>
    /// <example><code>TrainingCallback.EveryEpoch((trainer, epoch) => Save(trainer, $"epoch-{epoch}"))</code></example>
    public static TrainingCallback EveryEpoch(Action<ITrainer, long> action)
    {
        ArgumentNullException.ThrowIfNull(action);
        return new EpochCallback(action);
    }

    private sealed class StepCallback(long steps, Action<ITrainer, StepResult> action) : TrainingCallback
    {
        public override void OnStep(ITrainer trainer, StepResult step)
        {
            if (step.Step % steps == 0)
                action(trainer, step);
        }
    }

    private sealed class EpochCallback(Action<ITrainer, long> action) : TrainingCallback
    {
        public override void OnEpochEnd(ITrainer trainer, long epoch) => action(trainer, epoch);
    }
}
