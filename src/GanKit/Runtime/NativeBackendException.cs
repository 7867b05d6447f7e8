namespace GanKit;

/// <summary>
/// libtorch, the native library that computes, could not be loaded. The message names the cause and what cures it.
/// </summary>
/// <remarks>
/// Thrown by what needs libtorch first: <see cref="Devices"/>, the trainer. TorchSharp's own exception, with its trace
/// of the places that it looked in, is the <see cref="Exception.InnerException"/>.
/// </remarks>
public sealed class NativeBackendException : Exception
{
    /// <summary>Makes an exception without a cause.</summary>
    public NativeBackendException()
        : this("libtorch could not be loaded.")
    {
    }

    /// <summary>Makes an exception with a message.</summary>
    /// <param name="message">The cause and the cure.</param>
    public NativeBackendException(string message)
        : base(message)
    {
    }

    /// <summary>Makes an exception with a message and what was thrown underneath.</summary>
    /// <param name="message">The cause and the cure.</param>
    /// <param name="innerException">What TorchSharp or the system's loader threw.</param>
    public NativeBackendException(string message, Exception? innerException)
        : base(message, innerException)
    {
    }
}
