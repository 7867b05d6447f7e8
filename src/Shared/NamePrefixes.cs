#if CHECKPOINTS
namespace GanKit.Checkpoints;
#else
namespace GanKit;
#endif

/// <summary>Beginnings of names, up to a dot.</summary>
internal static class NamePrefixes
{
    private const int Most = 8;

    /// <summary>Those that all names share; the empty one first.</summary>
    internal static IEnumerable<string> Common(IEnumerable<string> names)
    {
        string? common = null;
        foreach (var name in names)
            common = common is null ? name : common[..common.AsSpan().CommonPrefixLength(name)];
        common ??= "";
        return common.Select((letter, index) => (letter, index)).Where(at => at.letter == '.').Take(Most)
            .Select(at => common[..(at.index + 1)]).Prepend("");
    }

    /// <summary>Those after which names of a network follow, the most frequent first.</summary>
    internal static IEnumerable<string> Shared(IEnumerable<string> names, IEnumerable<string> network)
    {
        const int Looked = 16;
        var endings = network.Take(Looked).Select(name => $".{name}").ToArray();
        return names.SelectMany(name => endings.Where(ending => name.EndsWith(ending, StringComparison.Ordinal))
                .Select(ending => name[..(name.Length - ending.Length + 1)]))
            .GroupBy(prefix => prefix).OrderByDescending(alike => alike.Count()).Take(Most).Select(alike => alike.Key);
    }
}
