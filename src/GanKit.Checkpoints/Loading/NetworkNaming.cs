namespace GanKit.Checkpoints;

/// <summary>A naming of a network's weights in files: names without wrappers, and the network's own.</summary>
internal sealed class NetworkNaming
{
    private readonly HashSet<string> _stems;
    private readonly Dictionary<string, string> _layers;
    private readonly string _longest;

    internal NetworkNaming(IReadOnlyDictionary<string, string> toNetwork, IEnumerable<string> needed, string note)
    {
        (ToNetwork, Note) = (toNetwork, note);
        var meant = needed.ToHashSet();
        _stems = [.. toNetwork.Where(pair => meant.Contains(pair.Value)).Select(pair => NormSpelling.Stem(pair.Key))];
        _layers = toNetwork.GroupBy(pair => LayerOf(NormSpelling.Stem(pair.Key)))
            .ToDictionary(alike => alike.Key, alike => LayerOf(NormSpelling.Stem(alike.First().Value)));
        _longest = _stems.MaxBy(stem => stem.Length) ?? "";
    }

    internal IReadOnlyDictionary<string, string> ToNetwork { get; }

    /// <summary>The naming in words; empty for the network's own names.</summary>
    internal string Note { get; }

    /// <summary>The beginnings of names, up to a dot, after which all of the network's names follow.</summary>
    /// <param name="stems">A file's names, without wrappers and the words of norms.</param>
    internal IReadOnlyList<string> PrefixesIn(HashSet<string> stems)
    {
        const int Most = 64;
        if (_longest.Length == 0)
            return [];
        return
        [
            .. stems.Where(stem => stem.EndsWith(_longest, StringComparison.Ordinal)).Select(stem => stem[..^_longest.Length])
                .Where(prefix => prefix.Length == 0 || prefix.EndsWith('.')).Take(Most)
                .Where(prefix => _stems.All(stem => stems.Contains(prefix + stem))),
        ];
    }

    /// <summary>The weights under the network's names.</summary>
    internal PyTorchStateDict Apply(PyTorchStateDict part)
    {
        var renamed = part.Renamed(name =>
        {
            // Parts of norms may have other names than in the network, but stand in the same layers.
            var layer = LayerOf(NormSpelling.Stem(name));
            return ToNetwork.GetValueOrDefault(name)
                ?? (_layers.TryGetValue(layer, out var networks) ? networks + name[layer.Length..] : name);
        });
        return Note.Length == 0 || ReferenceEquals(renamed, part) ? renamed : renamed.WithNote(Note);
    }

    private static string LayerOf(string name) => name[..(name.LastIndexOf('.') + 1)];
}
