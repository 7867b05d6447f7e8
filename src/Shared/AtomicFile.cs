#if CHECKPOINTS
namespace GanKit.Checkpoints;
#else
namespace GanKit;
#endif

/// <summary>Writes files that are either whole or not there: beside their place, flushed, then renamed.</summary>
/// <remarks>
/// A symbolic link is followed, and the file that it leads to replaced; mode and owner stay. A target that is no regular file, is
/// read-only, has several names or an owner that can't be kept is refused and left as it is. Devices, FIFOs, sockets, hard links and owners
/// are looked at
/// on Linux only; macOS and Windows tell .NET of folders, symbolic links and read-only files alone.
/// </remarks>
internal static class AtomicFile
{
    /// <summary>
    /// Creates missing folders and replaces the file, or leaves the old one when <paramref name="write"/> throws. Temporary files of killed
    /// processes in the folder are removed.
    /// </summary>
    /// <exception cref="IOException">The path leads to something that can't be replaced; the message says why.</exception>
    internal static void Write(string path, Action<Stream> write)
    {
        using var file = new Replacement(path);
        write(file.Content);
        file.Commit();
    }

    /// <inheritdoc cref="Write"/>
    internal static async Task WriteAsync(string path, Func<Stream, Task> write)
    {
        using var file = new Replacement(path);
        await write(file.Content).ConfigureAwait(false);
        file.Commit();
    }

    /// <summary>
    /// Copies a file, where there is one, beside itself under the first number that is free: <c>log.csv</c> to <c>log.1.csv</c>.
    /// </summary>
    /// <remarks>Where another process takes that number meanwhile, it is the next.</remarks>
    internal static void KeepCopy(string path)
    {
        var target = WriteTarget.Of(path);
        var old = target.FullName;
        if (!File.Exists(old))
            return;
        var number = 1;
        while (!TryTake(CopyOf(number)))
            number++;
        var copy = CopyOf(number);
        try
        {
            File.Copy(old, copy, overwrite: true); // over the empty file of TryTake, which no other process can have made
        }
        catch
        {
            File.Delete(copy);
            throw;
        }

        string CopyOf(int number) => Path.ChangeExtension(old, FormattableString.Invariant($"{number}{Path.GetExtension(old)}"));

        bool TryTake(string name)
        {
            if (Path.Exists(name))
                return false;
            try
            {
                TemporaryFile.Create(name, target.CreationMode).Dispose();
                return true;
            }
            catch (IOException) when (Path.Exists(name))
            {
                return false;
            }
        }
    }

    /// <summary>The new file in the making.</summary>
    private sealed class Replacement : IDisposable
    {
        private readonly WriteTarget _target;
        private readonly string _temporary;

        internal Replacement(string path)
        {
            _target = WriteTarget.Of(path);
            var folder = Path.GetDirectoryName(_target.FullName)!;
            Directory.CreateDirectory(folder);
            TemporaryFile.ClearAbandoned(folder);
            _temporary = TemporaryFile.For(_target.FullName);
            Content = TemporaryFile.Create(_temporary, _target.CreationMode);
            try
            {
                _target.Dress(_temporary);
            }
            catch
            {
                Dispose();
                throw;
            }
        }

        internal FileStream Content { get; }

        internal void Commit()
        {
            Content.Flush(flushToDisk: true);
            Content.Dispose();
            File.Move(_temporary, _target.FullName, overwrite: true);
        }

        public void Dispose()
        {
            try
            {
                Content.Dispose(); // it writes what is buffered, for which there may be no room
            }
            finally
            {
                File.Delete(_temporary); // no longer there after the move
            }
        }
    }
}
