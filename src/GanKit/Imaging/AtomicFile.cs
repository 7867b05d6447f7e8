namespace GanKit;

/// <summary>Files that appear whole or not at all, so that a killed run never leaves half a file behind.</summary>
internal static class AtomicFile
{
    /// <summary>Writes beside the target and renames, replacing what was there. Creates the folder.</summary>
    internal static void Write(string path, Action<Stream> write)
    {
        CreateFolderOf(path);
        var temporary = $"{path}.{Guid.NewGuid():N}.tmp";
        try
        {
            using (var stream = new FileStream(temporary, FileMode.CreateNew, FileAccess.Write, FileShare.None))
                write(stream);
            File.Move(temporary, path, overwrite: true);
        }
        finally
        {
            File.Delete(temporary);
        }
    }

    /// <summary>Creates the folder that a file is to lie in, if it is not there.</summary>
    internal static void CreateFolderOf(string path)
    {
        if (Path.GetDirectoryName(Path.GetFullPath(path)) is { } folder)
            Directory.CreateDirectory(folder);
    }
}
