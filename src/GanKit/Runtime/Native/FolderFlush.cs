using System.Runtime.InteropServices;
using System.Text;

namespace GanKit;

/// <summary>Brings a folder's entries to the disk, which .NET has no call for: a renamed file is safe only then.</summary>
/// <remarks>Windows keeps its own journal of names, and there this does nothing.</remarks>
internal static class FolderFlush
{
    private static readonly Lazy<Functions?> Native = new(Functions.Find);

    /// <summary>Waits until all that was created, renamed or deleted in a folder is on the disk.</summary>
    /// <exception cref="IOException">The disk failed.</exception>
    internal static unsafe void Flush(string folder)
    {
        if (Native.Value is not { } libc)
            return;
        fixed (byte* name = Encoding.UTF8.GetBytes(folder + '\0'))
        {
            var handle = libc.Open(name, 0);
            if (handle < 0)
                return; // a folder that may be written to but not read can't be flushed
            // Some file systems of networks have no such call for folders, and say that the argument is invalid.
            var failed = libc.Flush(handle) != 0 && Marshal.GetLastSystemError() is not InvalidArgument and var error ? error : 0;
            _ = libc.Close(handle);
            if (failed != 0)
                throw new IOException($"'{folder}' could not be brought to the disk: {Marshal.GetPInvokeErrorMessage(failed)}.");
        }
    }

    private const int InvalidArgument = 22;

    private sealed unsafe class Functions
    {
        internal required delegate* unmanaged<byte*, int, int> Open { get; init; }

        internal required delegate* unmanaged<int, int> Flush { get; init; }

        internal required delegate* unmanaged<int, int> Close { get; init; }

        internal static Functions? Find() =>
            !OperatingSystem.IsWindows() && NativeLibrary.TryLoad(OperatingSystem.IsMacOS() ? "libSystem.dylib" : "libc.so.6", out var libc)
            && NativeLibrary.TryGetExport(libc, NativeNames.OpenFile, out var open)
            && NativeLibrary.TryGetExport(libc, NativeNames.FlushFile, out var flush)
            && NativeLibrary.TryGetExport(libc, NativeNames.CloseFile, out var close)
                ? new()
                {
                    Open = (delegate* unmanaged<byte*, int, int>)open,
                    Flush = (delegate* unmanaged<int, int>)flush,
                    Close = (delegate* unmanaged<int, int>)close,
                }
                : null;
    }
}
