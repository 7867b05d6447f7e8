using System.Runtime.InteropServices;
using System.Text;

#if CHECKPOINTS
namespace GanKit.Checkpoints;
#else
namespace GanKit;
#endif

/// <summary>Facts of a file that Linux has and .NET does not show: its kind, its number of names, its owner.</summary>
/// <remarks>
/// By <c>statx</c>, whose result is laid out alike on every processor. On other systems there are no facts, and what asks for them goes
/// without: there a file's links, mode and attributes are all that is looked at.
/// </remarks>
internal readonly record struct FileFacts(int Mode, uint Links, uint User, uint Group, ulong Inode, ulong Device)
{
    private const int CurrentFolder = -100, BasicStats = 0x7FF, StatxLength = 256, CanWrite = 2;

    private static readonly Lazy<Functions?> Native = new(Functions.Find);

    /// <summary>The kind of the file, with its article, unless its bytes can be read and replaced.</summary>
    internal string? OtherKind => (Mode & 0xF000) switch
    {
        0x8000 => null,
        0x1000 => "a FIFO (named pipe)",
        0x2000 => "a character device",
        0x4000 => "a folder",
        0x6000 => "a block device",
        0xC000 => "a socket",
        _ => "no regular file",
    };

    /// <summary>Whether its mode lets no user write to it.</summary>
    internal bool IsReadOnly => (Mode & 0b010_010_010) == 0;

    /// <summary>The facts of what a path leads to; null where nothing is there, or nothing is known.</summary>
    internal static unsafe FileFacts? Of(string path)
    {
        if (Native.Value is not { } libc)
            return null;
        var facts = stackalloc byte[StatxLength];
        fixed (byte* name = Terminated(path))
        {
            if (libc.Statx(CurrentFolder, name, 0, BasicStats, facts) != 0)
                return null;
        }

        return new(
            *(ushort*)(facts + 28), *(uint*)(facts + 16), *(uint*)(facts + 20), *(uint*)(facts + 24), *(ulong*)(facts + 32),
            *(ulong*)(facts + 136));
    }

    /// <summary>Whether this process may write to a file; true where it is not known.</summary>
    internal static unsafe bool MayWrite(string path)
    {
        if (Native.Value is not { } libc)
            return true;
        fixed (byte* name = Terminated(path))
            return libc.Access(name, CanWrite) == 0;
    }

    /// <summary>Gives a file to a user and a group; false where this process may not.</summary>
    internal static unsafe bool TryGive(string path, uint user, uint group)
    {
        fixed (byte* name = Terminated(path))
            return Native.Value is { } libc && libc.Chown(name, user, group) == 0;
    }

    private static byte[] Terminated(string path) => Encoding.UTF8.GetBytes(path + '\0');

    private sealed unsafe class Functions
    {
        internal required delegate* unmanaged<int, byte*, int, uint, byte*, int> Statx { get; init; }

        internal required delegate* unmanaged<byte*, int, int> Access { get; init; }

        internal required delegate* unmanaged<byte*, uint, uint, int> Chown { get; init; }

        internal static Functions? Find() =>
            OperatingSystem.IsLinux() && NativeLibrary.TryLoad("libc.so.6", out var libc)
            && NativeLibrary.TryGetExport(libc, NativeNames.Statx, out var statx) && NativeLibrary.TryGetExport(libc, NativeNames.Access, out var access)
            && NativeLibrary.TryGetExport(libc, NativeNames.Chown, out var chown)
                ? new()
                {
                    Statx = (delegate* unmanaged<int, byte*, int, uint, byte*, int>)statx,
                    Access = (delegate* unmanaged<byte*, int, int>)access,
                    Chown = (delegate* unmanaged<byte*, uint, uint, int>)chown,
                }
                : null;
    }
}
