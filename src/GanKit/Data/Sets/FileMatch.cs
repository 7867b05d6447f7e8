namespace GanKit;

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
