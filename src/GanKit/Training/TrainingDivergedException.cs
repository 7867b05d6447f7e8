namespace GanKit;

/// <summary>
/// Training produced a loss, a weight, a buffer or an average that is not a finite number. The networks are no longer of use.
/// </summary>
public sealed class TrainingDivergedException : Exception
{
    /// <summary>Makes an exception without details.</summary>
    public TrainingDivergedException()
        : this("Training diverged: a loss is not a finite number.")
    {
    }

    /// <summary>Makes an exception with a message.</summary>
    /// <param name="message">The failure.</param>
    public TrainingDivergedException(string message)
        : base(message)
    {
    }

    /// <summary>Makes an exception with a message and a cause.</summary>
    /// <param name="message">The failure.</param>
    /// <param name="innerException">The cause.</param>
    public TrainingDivergedException(string message, Exception innerException)
        : base(message, innerException)
    {
    }
}
