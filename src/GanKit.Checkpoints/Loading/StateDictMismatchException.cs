namespace GanKit.Checkpoints;

/// <summary>
/// A file with sound content does not fit the network or optimiser that was to have it, which is as it was.
/// </summary>
public sealed class StateDictMismatchException : Exception
{
    /// <summary>Makes an exception without details.</summary>
    public StateDictMismatchException()
        : this("The file does not fit.")
    {
    }

    /// <summary>Makes an exception with a message.</summary>
    /// <param name="message">The differences, and a possible cure.</param>
    public StateDictMismatchException(string message)
        : base(message)
    {
    }

    /// <summary>Makes an exception with a message and a cause.</summary>
    /// <param name="message">The differences, and a possible cure.</param>
    /// <param name="innerException">The cause.</param>
    public StateDictMismatchException(string message, Exception innerException)
        : base(message, innerException)
    {
    }
}
