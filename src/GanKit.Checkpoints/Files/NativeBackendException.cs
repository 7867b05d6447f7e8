namespace GanKit;

/// <summary>
/// A native library could not be loaded: libtorch, which computes, or Skia, which reads and writes images. The message
/// names the cause and what cures it.
/// </summary>
/// <remarks>
/// Thrown by what needs one first: for libtorch networks, layers, devices, the trainer, and tensors that are read from a file; for Skia
/// what reads or writes images. TorchSharp's or SkiaSharp's own exception is the <see cref="Exception.InnerException"/>.
/// </remarks>
public sealed class NativeBackendException : Exception
{
    /// <summary>Makes an exception without a cause.</summary>
    public NativeBackendException()
        : this("A native library could not be loaded.")
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
    /// <param name="innerException">The exception of TorchSharp, SkiaSharp or the system's loader.</param>
    public NativeBackendException(string message, Exception? innerException)
        : base(message, innerException)
    {
    }
}
