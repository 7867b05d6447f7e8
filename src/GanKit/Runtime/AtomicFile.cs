namespace GanKit;

/// <summary>Writes files that are either whole or not there: beside their place, flushed, then renamed.</summary>
internal static class AtomicFile
{
    /// <summary>
    /// Creates missing folders and replaces the file, or leaves the old one when <paramref name="write"/> throws.
    /// </summary>
    internal static void Write(string path, Action<Stream> write)
    {
        var target = Path.GetFullPath(path);
        Directory.CreateDirectory(Path.GetDirectoryName(target)!);
        var temporary = $"{target}.{Guid.NewGuid():N}.tmp";
        try
        {
            using (var stream = new FileStream(temporary, FileMode.CreateNew, FileAccess.Write))
            {
                write(stream);
                stream.Flush(flushToDisk: true);
            }

            File.Move(temporary, target, overwrite: true);
        }
        finally
        {
            File.Delete(temporary); // no longer there after the move
        }
    }
}
