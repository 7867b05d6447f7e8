#if CHECKPOINTS
namespace GanKit.Checkpoints;
#else
namespace GanKit;
#endif

/// <summary>Where a file is to be written: what a path leads to, and what of the file that is there has to be kept.</summary>
internal sealed class WriteTarget
{
    private const int MostLinks = 40; // Linux' own limit

    private readonly string _name;
    private readonly FileFacts? _facts;
    private readonly UnixFileMode? _mode;
    private readonly bool _readOnly;

    private WriteTarget(string name, string path)
    {
        (_name, FullName) = (name, path);
        if (!File.Exists(path))
            return;
        _facts = FileFacts.Of(path);
        if (!OperatingSystem.IsWindows())
            _mode = File.GetUnixFileMode(path);
        _readOnly = _facts is { } facts
            ? facts.IsReadOnly || !FileFacts.MayWrite(path)
            : File.GetAttributes(path).HasFlag(FileAttributes.ReadOnly);
    }

    /// <summary>The file itself, behind all links.</summary>
    internal string FullName { get; }

    /// <summary>How a file that is to take its place is made: readable only where the old one is.</summary>
    internal UnixFileMode? CreationMode => _mode is null ? null : RegularFile.Private;

    /// <summary>Follows a path to where it leads, be there a file or not.</summary>
    /// <exception cref="IOException">The target can't be replaced by a file, or would lose more than its content.</exception>
    internal static WriteTarget Of(string path)
    {
        var full = Path.GetFullPath(path);
        if (RegularFile.OtherKind(full) is { } kind)
            throw new IOException($"'{path}' is {kind}, where a file is to be written. It was left as it is; write to another name.");
        if (Path.EndsInDirectorySeparator(full))
            throw new IOException($"'{path}' names a folder, where a file is to be written.");

        var real = Follow(full, path);
        var target = new WriteTarget(real == full ? $"'{path}'" : $"'{path}', which leads to '{real}',", real);
        target.RequireReplaceable();
        return target;
    }

    /// <summary>Gives a file that is to take the place the owner and the mode of the one that is there.</summary>
    /// <exception cref="IOException">This process can't give it to that owner.</exception>
    internal void Dress(string file)
    {
        if (_facts is { } old && FileFacts.Of(file) is { } made && (made.User, made.Group) != (old.User, old.Group)
            && !FileFacts.TryGive(file, old.User, old.Group))
        {
            throw new IOException(
                $"{_name} belongs to user {old.User} and group {old.Group}, and a file that replaces it would belong to user "
                + $"{made.User} and group {made.Group}, as which this program runs. It was left as it is; write to another name, or "
                + "remove it first.");
        }

        if (!OperatingSystem.IsWindows() && _mode is { } mode && File.GetUnixFileMode(file) != mode)
            File.SetUnixFileMode(file, mode);
    }

    private void RequireReplaceable()
    {
        if (_readOnly)
        {
            var mode = _mode is { } bits ? $" (mode {Convert.ToString((int)bits, 8)})" : "";
            throw new IOException($"{_name} is read-only{mode}. It was left as it is; write to another name, or make it writable.");
        }

        if (_facts is { Links: > 1 and var links } facts)
        {
            throw new IOException(
                $"{_name} is one file under {links} names (hard links){OtherName(facts)}: a file that replaces it would have one of "
                + "them, and the others keep what it was. It was left as it is; write to another name, or remove it first.");
        }
    }

    private string OtherName(FileFacts facts)
    {
        var everything = new EnumerationOptions { AttributesToSkip = FileAttributes.ReparsePoint, IgnoreInaccessible = true };
        var other = Directory.EnumerateFiles(Path.GetDirectoryName(FullName)!, "*", everything).FirstOrDefault(
            file => file != FullName && FileFacts.Of(file) is { } found && (found.Inode, found.Device) == (facts.Inode, facts.Device));
        return other is null ? "" : $", '{Path.GetFileName(other)}' among them";
    }

    /// <summary>
    /// Follows symbolic links as the system does, where <c>..</c> of a link's text is the folder that the link stands in. What is not
    /// there is no link, and its path stays as it is.
    /// </summary>
    private static string Follow(string full, string given)
    {
        var parts = new Stack<string>();
        var (at, links) = (Start(full, full), 0);
        while (parts.TryPop(out var part))
        {
            if (part == "..")
                at = Path.GetDirectoryName(at) ?? at;
            if (part is "" or "." or "..")
                continue;
            var next = Path.Combine(at, part);
            if (new FileInfo(next).LinkTarget is not { } link)
            {
                at = next;
                continue;
            }

            if (++links > MostLinks)
                throw new IOException($"'{given}' can't be written: its symbolic links lead back to themselves, or are more than {MostLinks}.");
            at = Start(link, at);
        }

        return at;

        // Puts a path's parts before those that are left, and gives where they begin.
        string Start(string path, string folder)
        {
            var root = Path.GetPathRoot(path) ?? "";
            foreach (var step in path[root.Length..].Split(Path.DirectorySeparatorChar, Path.AltDirectorySeparatorChar).Reverse())
                parts.Push(step);
            return root.Length > 0 ? Path.GetFullPath(root, folder) : folder;
        }
    }
}
