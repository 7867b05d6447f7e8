namespace GanKit.Networks;

/// <summary>Which network a file's weights belong to, judged by their names and sizes alone.</summary>
public sealed class NetworkRecognition
{
    // Of networks within one state dict: state_dict.model.generator is common, more is not.
    private const int DeepestParts = 3;

    private readonly string _sample = "";
    private bool _hadWrappers;

    private NetworkRecognition(WeightLayout unknown)
    {
        const int Shown = 3;
        Prefix = "";
        var names = unknown.Take(Shown).Select(entry => $"{entry.Key} {TensorExtensions.DescribeShape([.. entry.Value])}");
        _sample = string.Join(", ", names) + (unknown.Count > Shown ? $" and {unknown.Count - Shown} more" : "");
    }

    private NetworkRecognition(string prefix, LayoutComparison comparison)
    {
        Prefix = prefix;
        if (comparison.IsExact)
            Network = comparison.Network;
        else
            (Nearest, Differences) = (comparison.Network, comparison.Differences);
        Notes =
        [
            .. comparison.Unused == 0 ? Array.Empty<string>()
                : [$"it has {comparison.Unused} statistics of instance norms, " + (comparison.CountsBatches
                    ? "which kept them (track_running_stats=True); they are left out, as the authors' own loader does, " +
                        "and each picture's own statistics are used"
                    : "as PyTorch before 0.4 saved them; nothing uses them")],
            .. comparison.Network.Notes,
        ];
    }

    /// <summary>The network, whose weights have exactly these names and sizes; null where none is known that has.</summary>
    public NetworkSpec? Network { get; }

    /// <summary>
    /// Where in the file the weights are (<see cref="PyTorchStateDict.Key"/>): <c>params_ema</c>; empty for its root.
    /// </summary>
    public string Key { get; private set; } = "";

    /// <summary>Where none is known: the one that agrees in more weights than it does not, if there is any.</summary>
    public NetworkSpec? Nearest { get; }

    /// <summary>Where <see cref="Nearest"/> and the weights differ.</summary>
    public IReadOnlyList<string> Differences { get; } = [];

    /// <summary>
    /// The prefix of the network's own names: <c>module.</c> from DataParallel, <c>generator.</c> where one state
    /// dict has several networks; empty where there is nothing.
    /// </summary>
    public string Prefix { get; }

    /// <summary>Assumptions about settings that weights do not show.</summary>
    public IReadOnlyList<string> Notes { get; private set; } = [];

    /// <summary>Turns the file's names into the network's, and leaves out what is not under <see cref="Prefix"/>.</summary>
    public KeyMap KeyMap
    {
        get
        {
            var inner = Network?.KeyMap ?? new KeyMap();
            var bare = _hadWrappers ? new KeyMap().StripWrappers() : new KeyMap();
            return Prefix.Length == 0
                ? bare.Apply(inner.Map)
                : bare.Drop(key => !key.StartsWith(Prefix, StringComparison.Ordinal)).StripPrefix(Prefix)
                    .Apply(inner.Map);
        }
    }

    /// <summary>Recognises the networks of a state dict. None of its numbers is read.</summary>
    /// <param name="weights">The weights.</param>
    /// <param name="families">
    /// The families to try; <see cref="NetworkFamily.Known"/> unless stated. The first that fits wins.
    /// </param>
    /// <returns>
    /// Most often one; several where one state dict holds several known networks under prefixes of their own.
    /// </returns>
    public static IReadOnlyList<NetworkRecognition> Of(
        PyTorchStateDict weights, IReadOnlyList<NetworkFamily>? families = null)
    {
        ArgumentNullException.ThrowIfNull(weights);
        families ??= NetworkFamily.Known;
        var found = Of(WeightLayout.Of(weights), families);
        // Additions of norms and wrappers to names: first beside the networks, then within them.
        var plain = weights.WithoutNorms();
        if (!ReferenceEquals(plain, weights))
            found = Better(found, Of(WeightLayout.Of(plain), families));
        var bare = plain.WithoutWrappers();
        if (!ReferenceEquals(bare, plain) && Better(found, Of(WeightLayout.Of(bare), families)) is var better
            && !ReferenceEquals(better, found))
        {
            found = better;
            foreach (var recognition in found)
                (recognition._hadWrappers, recognition.Notes) = (true, [.. bare.Notes, .. recognition.Notes]);
        }

        foreach (var recognition in found)
            recognition.Key = weights.Key;
        return found;
    }

    /// <summary>The same with more <see cref="Notes"/>.</summary>
    internal NetworkRecognition With(IEnumerable<string> notes)
    {
        var noted = (NetworkRecognition)MemberwiseClone();
        noted.Notes = [.. notes, .. Notes];
        return noted;
    }

    /// <summary>The description, the prefix, and what is not as it should be.</summary>
    /// <returns>The text, one line.</returns>
    public override string ToString()
    {
        var under = Prefix.Length == 0 ? "" : $", under '{Prefix}'";
        if (Network is not null)
            return $"{Network.Description}{under}";
        if (Nearest is null)
            return $"nothing known: {_sample}";
        var more = Differences.Count > 3 ? $" and {Differences.Count - 3} more" : "";
        var differences = string.Join(", ", Differences.Take(3));
        return $"an unknown network, most like {Nearest.Description}{under}, but {differences}{more}";
    }

    private static IReadOnlyList<NetworkRecognition> Better(
        IReadOnlyList<NetworkRecognition> first, IReadOnlyList<NetworkRecognition> second) =>
        second.Count(one => one.Network is not null) > first.Count(one => one.Network is not null) ? second : first;

    internal static IReadOnlyList<NetworkRecognition> Of(WeightLayout weights, IReadOnlyList<NetworkFamily> families)
    {
        var whole = Compare(weights, "", families);
        if (whole is { Comparison.IsExact: true })
            return [new(whole.Prefix, whole.Comparison)];
        var parts = ExactParts(weights, "", families, DeepestParts)
            .Select(part => new NetworkRecognition(part.Prefix, part.Comparison)).ToArray();
        if (parts.Length > 0)
            return parts;
        return [whole is { Comparison.IsNear: true } ? new(whole.Prefix, whole.Comparison) : new(weights)];
    }

    /// <summary>Looks for networks side by side, or under one another, in what no family knows as a whole.</summary>
    private static IEnumerable<Candidate> ExactParts(
        WeightLayout weights, string prefix, IReadOnlyList<NetworkFamily> families, int depth)
    {
        if (depth == 0)
            return [];
        return Parts(weights).SelectMany(part =>
        {
            var inner = weights.Under(part);
            return Compare(inner, prefix + part, families) is { Comparison.IsExact: true } whole
                ? [whole]
                : ExactParts(inner, prefix + part, families, depth - 1);
        });
    }

    /// <summary>The best of what the families propose; the first exact one ends the search.</summary>
    private static Candidate? Compare(WeightLayout weights, string outerPrefix, IReadOnlyList<NetworkFamily> families)
    {
        Candidate? best = null;
        foreach (var prefix in NamePrefixes.Common(weights.Names))
        {
            var inner = weights.Under(prefix);
            foreach (var proposal in families.Select(family => family.Propose(inner)).OfType<NetworkSpec>())
            {
                if (LayoutComparison.Of(inner, proposal) is not { } comparison)
                    continue;
                var candidate = new Candidate(outerPrefix + prefix, comparison);
                if (candidate.Comparison.IsExact)
                    return candidate;
                if (best is null || candidate.Comparison.Differences.Count < best.Comparison.Differences.Count)
                    best = candidate;
            }
        }

        return best;
    }

    /// <summary>The next part of the names after what they all share: <c>generator.</c> and <c>discriminator.</c></summary>
    private static string[] Parts(WeightLayout weights)
    {
        const int Most = 64;
        var common = NamePrefixes.Common(weights.Names).Last();
        var parts = weights.Names
            .Select(name => name.IndexOf('.', common.Length) is > 0 and var dot ? name[..(dot + 1)] : name)
            .Where(part => part.EndsWith('.')).Distinct().Take(Most + 1).ToArray();
        return parts.Length is > 1 and <= Most ? parts : [];
    }

    private sealed record Candidate(string Prefix, LayoutComparison Comparison);
}
