namespace GanKit.Resuming;

/// <summary>What becomes of a training whose checkpoint can't be written, as on a disk that is full. Earlier checkpoints stay
/// whole.</summary>
public enum CheckpointFailure
{
    /// <summary>The run ends with the exception, which says what was wrong.</summary>
    Stop,

    /// <summary>The run goes on, says it on <see cref="TrainingCheckpoints.Output"/>, and tries again when the next checkpoint is
    /// due.</summary>
    GoOn,
}
