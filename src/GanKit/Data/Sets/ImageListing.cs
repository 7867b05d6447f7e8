namespace GanKit.Data;

/// <summary>
/// The images in a folder and the folders in it, by their paths from there with slashes, in ordinal order; hidden ones are left out.
/// </summary>
/// <param name="Root">The folder.</param>
/// <param name="Files">The images that are read.</param>
/// <param name="LeftOut">The pictures of formats that are not read, by their whole paths.</param>
internal sealed record ImageListing(string Root, string[] Files, string[] LeftOut)
{
    /// <summary>Lists a folder.</summary>
    /// <param name="path">The folder.</param>
    /// <param name="except">A folder whose images belong elsewhere, if it lies in that folder.</param>
    /// <param name="decoder">Reads more formats than the library; none by default.</param>
    /// <exception cref="DirectoryNotFoundException">There is no such folder.</exception>
    /// <exception cref="InvalidDataException">It has no images.</exception>
    internal static ImageListing Of(string path, string? except = null, IImageDecoder? decoder = null)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        RequireFolder(path);

        var everything = AllFiles(path, except);
        string[] files = [.. Named(IsRead)], elsewhere = [.. Named(file => PictureFormat.IsElsewhere(file) && !IsRead(file))];
        if (everything.Count == 0)
            throw new InvalidDataException($"The folder '{path}' has no images: it is empty, but for what is hidden.");
        if (files.Length == 0)
        {
            throw new InvalidDataException(
                $"The folder '{path}' has no images, nor have those in it: of {everything.Count} files none ends in "
                + $"{string.Join(", ", PictureFormat.Extensions.Concat(decoder?.Extensions ?? []).Distinct())}.{(elsewhere.Length > 0 ? " " + Describe(elsewhere) : "")}");
        }

        if (elsewhere.Length > 0)
            Notices.Warn($"Pictures in '{path}' are left out", Describe(elsewhere));
        return new(path, files, [.. elsewhere.Select(file => Path.Combine(path, file))]);

        bool IsRead(string file) => PictureFormat.IsRead(file, decoder);

        // Slashes on all systems: the separator must not decide what comes first.
        IEnumerable<string> Named(Func<string, bool> ends) => everything
            .Where(file => !Path.GetFileName(file).StartsWith('.') && ends(file))
            .Select(file => Path.GetRelativePath(path, file).Replace(Path.DirectorySeparatorChar, '/'))
            .Order(StringComparer.Ordinal);
    }

    private static string Describe(string[] elsewhere)
    {
        var kinds = elsewhere.CountBy(file => Path.GetExtension(file).ToLowerInvariant()).OrderByDescending(kind => kind.Value)
            .ThenBy(kind => kind.Key, StringComparer.Ordinal).Select(kind => $"{kind.Value} {kind.Key}");
        var companion = elsewhere.Select(file => PictureFormat.Companion(Path.GetExtension(file))).FirstOrDefault(name => name is not null);
        return $"{elsewhere.Length} {(elsewhere.Length == 1 ? "file is a picture" : "files are pictures")} of another format "
            + $"({string.Join(", ", kinds)}): {FileMatch.NameSome(elsewhere)}. Convert them to PNG or JPEG"
            + (companion is null ? "." : $", or take a decoder: {companion} has one for TIFF.");
    }

    /// <summary>
    /// The files in all folders, each folder once, by whatever links it can be reached: folders come before links to them, so that
    /// its images have the names that they have without links.
    /// </summary>
    private static List<string> AllFiles(string path, string? except)
    {
        var visible = new EnumerationOptions { IgnoreInaccessible = false };
        var seen = new HashSet<string>(StringComparer.Ordinal);
        if (except is not null && Directory.Exists(except))
            seen.Add(RealPath(except));
        var files = new List<string>();
        var links = new Queue<string>();
        Visit(path);
        while (links.TryDequeue(out var link))
            Visit(link);
        return files;

        void Visit(string folder)
        {
            if (!seen.Add(RealPath(folder)))
                return;
            files.AddRange(Directory.EnumerateFiles(folder, "*", visible));
            foreach (var inner in Directory.GetDirectories(folder, "*", visible).Order(StringComparer.Ordinal))
                if (new DirectoryInfo(inner).LinkTarget is null)
                    Visit(inner);
                else
                    links.Enqueue(inner);
        }
    }

    /// <summary>A path without links in any part of it.</summary>
    internal static string RealPath(string path)
    {
        path = Path.TrimEndingDirectorySeparator(Path.GetFullPath(path));
        if (Path.GetDirectoryName(path) is not { } parent)
            return path;
        var real = Path.Combine(RealPath(parent), Path.GetFileName(path));
        return new DirectoryInfo(real).ResolveLinkTarget(returnFinalTarget: true) is { } target ? RealPath(target.FullName) : real;
    }

    private static void RequireFolder(string path)
    {
        if (File.Exists(path))
            throw new DirectoryNotFoundException($"'{path}' is a file, where a folder of images is needed.");
        if (Directory.Exists(path))
            return;
        var place = Path.IsPathRooted(path) ? "" : $" It was looked for at '{Path.GetFullPath(path)}'.";
        throw new DirectoryNotFoundException($"There is no folder '{path}' to read images from.{place}");
    }
}

/// <summary>Which files of two folders belong together.</summary>
internal static class FileMatch
{
    private const int Shown = 5;

    /// <summary>
    /// The files of both folders in the same order of their names, which differ in their extensions at most.
    /// </summary>
    internal static (ImageListing Inputs, ImageListing Targets) ByName(ImageListing inputs, ImageListing targets)
    {
        var (ofInputs, ofTargets) = (Key(inputs.Root, inputs.Files), Key(targets.Root, targets.Files));
        string[] lonely =
        [
            .. Lonely(inputs.Root, ofInputs, targets.Root, ofTargets),
            .. Lonely(targets.Root, ofTargets, inputs.Root, ofInputs),
        ];
        if (lonely.Length > 0)
        {
            throw new InvalidDataException(
                $"Files of a pair have the same name apart from the extension, but {string.Join("; and ", lonely)}.");
        }

        string[] names = [.. ofInputs.Keys.Order(StringComparer.Ordinal)];
        return (
            inputs with { Files = [.. names.Select(name => ofInputs[name])] },
            targets with { Files = [.. names.Select(name => ofTargets[name])] });
    }

    private static Dictionary<string, string> Key(string folder, string[] files)
    {
        var byName = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var file in files)
        {
            var name = Path.ChangeExtension(file, null);
            if (!byName.TryAdd(name, file))
            {
                throw new InvalidDataException(
                    $"Pairs are matched by name without the extension, but '{folder}' has both '{byName[name]}' and "
                    + $"'{file}'.");
            }
        }
        return byName;
    }

    private static IEnumerable<string> Lonely(
        string folder, Dictionary<string, string> files, string other, Dictionary<string, string> partners)
    {
        string[] lonely = [.. files.Where(file => !partners.ContainsKey(file.Key)).Select(file => file.Value).Order(
            StringComparer.Ordinal)];
        if (lonely.Length > 0)
        {
            yield return $"{lonely.Length} of {files.Count} in '{folder}' {(lonely.Length == 1 ? "has" : "have")} no "
                + $"partner in '{other}': {NameSome(lonely)}";
        }
    }

    /// <summary>The first of some names, and how many there are besides.</summary>
    internal static string NameSome(string[] names) =>
        string.Join(", ", names.Take(Shown)) + (names.Length > Shown ? $" and {names.Length - Shown} more" : "");
}
