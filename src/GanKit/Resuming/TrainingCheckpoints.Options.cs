namespace GanKit.Resuming;

/// <content>Which checkpoints stay, and how they are written.</content>
public sealed partial class TrainingCheckpoints
{
    /// <summary>How many of the newest stay, at least 1; 3.</summary>
    /// <exception cref="ArgumentOutOfRangeException">It is below 1.</exception>
    public int KeepLast
    {
        get;
        init
        {
            ArgumentOutOfRangeException.ThrowIfLessThan(value, 1);
            field = value;
        }
    } = 3;

    /// <summary>Those whose step is a multiple of this stay too; none by default.</summary>
    /// <exception cref="ArgumentOutOfRangeException">It is below 1.</exception>
    public long? KeepEvery
    {
        get;
        init
        {
            if (value is { } steps)
                ArgumentOutOfRangeException.ThrowIfLessThan(steps, 1);
            field = value;
        }
    }

    /// <summary>
    /// Measures the run whenever a checkpoint is due, so that the best stay; not measured by default. Whatever draws random numbers in
    /// it without a
    /// seed changes the run.
    /// </summary>
    public Func<ITrainer, double>? Measure { get; init; }

    /// <summary>Whether a greater measure is a better one; <see langword="false"/>, as of distances and losses.</summary>
    public bool HigherIsBetter { get; init; }

    /// <summary>How many of the best stay where there is a <see cref="Measure"/>, at least 0; 1. Measures that are no numbers are
    /// never best.</summary>
    /// <exception cref="ArgumentOutOfRangeException">It is negative.</exception>
    public int KeepBest
    {
        get;
        init
        {
            ArgumentOutOfRangeException.ThrowIfNegative(value);
            field = value;
        }
    } = 1;

    /// <summary>
    /// Whether the copy of the state is written while training goes on; <see langword="true"/>. It takes the state's memory once more
    /// until it is written.
    /// With <see langword="false"/> the run waits until it is, which frees no memory sooner, but leaves all processors to the steps.
    /// </summary>
    public bool InBackground { get; init; } = true;

    /// <summary>What becomes of the run where a checkpoint can't be written; it stops.</summary>
    public CheckpointFailure OnFailure { get; init; } = CheckpointFailure.Stop;

    /// <summary>Where it says that a signal came, where the checkpoint is then, and what could not be written; the error stream by
    /// default.</summary>
    public TextWriter Output { get; init => field = Given.NotNull(value); } = Console.Error;
}
