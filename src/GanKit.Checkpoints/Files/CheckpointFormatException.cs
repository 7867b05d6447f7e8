namespace GanKit.Checkpoints;

/// <summary>
/// A file with weights can't be read: it is truncated, corrupt, of an unknown kind, or asks for something that is refused.
/// The message names the file, the place in it, and what was found there.
/// </summary>
/// <remarks>
/// Whatever a file holds, this is the only exception that reading it leads to, next to those of the file system
/// (<see cref="FileNotFoundException"/>, <see cref="IOException"/>, <see cref="UnauthorizedAccessException"/>). A sound
/// file that does not fit a network is a <see cref="StateDictMismatchException"/>.
/// </remarks>
public sealed class CheckpointFormatException : Exception
{
    /// <summary>Makes an exception without details.</summary>
    public CheckpointFormatException()
        : this("The file holds no weights that can be read.")
    {
    }

    /// <summary>Makes an exception with a message.</summary>
    /// <param name="message">The file, the place, and what is wrong there.</param>
    public CheckpointFormatException(string message)
        : base(message)
    {
    }

    /// <summary>Makes an exception with a message and a cause.</summary>
    /// <param name="message">The file, the place, and what is wrong there.</param>
    /// <param name="innerException">The cause.</param>
    public CheckpointFormatException(string message, Exception innerException)
        : base(message, innerException)
    {
    }
}
