#if CHECKPOINTS
namespace GanKit.Checkpoints;
#else
namespace GanKit;
#endif

/// <summary>Opens files to read, and refuses what would wait for ever or never end: FIFOs, devices, sockets.</summary>
/// <remarks>
/// The kind of a file is checked on Linux only (see <see cref="FileFacts"/>): on macOS and Windows a folder is refused, and a FIFO or a
/// device is opened as any file is.
/// </remarks>
internal static class RegularFile
{
    /// <summary>The mode of a file that is its owner's alone.</summary>
    internal const UnixFileMode Private = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    /// <summary>The kind of a path's target, with its article, if it exists and is no file of bytes; else null.</summary>
    internal static string? OtherKind(string path) =>
        FileFacts.Of(path) is { } facts ? facts.OtherKind : Directory.Exists(path) ? "a folder" : null;

    /// <summary>Whether a path leads to a file; a link to nothing does not, though .NET says that it exists.</summary>
    internal static bool Exists(string path) =>
        File.Exists(path) && new FileInfo(path).ResolveLinkTarget(returnFinalTarget: true) is not { Exists: false };

    /// <exception cref="InvalidDataException">It is a FIFO, a device, a socket or a folder.</exception>
    internal static void Require(string path)
    {
        if (OtherKind(path) is { } kind)
            throw new InvalidDataException($"'{path}' is {kind}, where a file is needed.");
    }

    /// <summary>Opens a file to read.</summary>
    /// <exception cref="InvalidDataException">It is a FIFO, a device, a socket or a folder.</exception>
    internal static FileStream OpenRead(string path)
    {
        Require(path);
        return File.OpenRead(path);
    }
}
