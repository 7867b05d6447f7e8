namespace GanKit.Checkpoints;

/// <summary>The ways in which the weights of a state dict may be a network's: as they are, without wrappers, a part of them.</summary>
internal static class StateDictViews
{
    /// <summary>Those that have all of a network's names; sizes are not compared.</summary>
    internal static IEnumerable<PyTorchStateDict> Of(PyTorchStateDict whole, LoadTarget target)
    {
        var bare = whole.WithoutWrappers();
        var stems = bare.Keys.Select(NormSpelling.Stem).ToHashSet();
        foreach (var naming in target.Namings)
        {
            var prefixes = naming.PrefixesIn(stems);
            foreach (var prefix in prefixes)
            {
                var others = prefixes.Where(
                    other => other.Length > prefix.Length && other.StartsWith(prefix, StringComparison.Ordinal)).ToArray();
                others = [.. others.Where(inner => !others.Any(
                    outer => inner.Length > outer.Length && inner.StartsWith(outer, StringComparison.Ordinal)))];
                var part = bare.Under(prefix, IsAnothers);
                var leftOut = bare.Where(entry => (!entry.Key.StartsWith(prefix, StringComparison.Ordinal) || IsAnothers(entry.Key))
                    && !WrapperNames.IsCount(entry.Key, entry.Value)).ToArray();
                if (leftOut.Length > 0 && target.IsOneLayer && !IsNetworksName(prefix))
                    continue;
                yield return naming.Apply(leftOut.Length == 0 ? part : part.WithNote(
                    $"of {Words.Count(bare.Count, "tensor")} those " +
                    $"{(prefix.Length == 0 ? "with no prefix" : $"under '{prefix}'")} were taken: " +
                    $"{Words.Count(leftOut.Length, "other")} left out, such as '{bare.SavedNameOf(leftOut[0].Key)}'"));

                bool IsAnothers(string name) => others.Any(other => name.StartsWith(other, StringComparison.Ordinal));
            }
        }
    }

    /// <summary>The nearest views, where none fits: as it is, without wrappers, and without the common beginning of all names.</summary>
    internal static IEnumerable<PyTorchStateDict> Near(PyTorchStateDict whole, LoadTarget target, bool isMapped)
    {
        yield return whole;
        var bare = whole.WithoutWrappers();
        if (!ReferenceEquals(bare, whole))
            yield return bare;
        if (isMapped)
            yield break;
        var names = bare.Where(entry => !WrapperNames.IsCount(entry.Key, entry.Value)).Select(entry => entry.Key);
        var prefixes = NamePrefixes.Common(names).Skip(1)
            .Concat(target.IsOneLayer ? [] : NamePrefixes.Shared(bare.Keys, target.Weights.Keys)).Distinct();
        foreach (var prefix in prefixes)
            yield return bare.Under(prefix, _ => false);
    }

    /// <summary>Whether a prefix names a network, such as <c>netG.</c>, and no layer.</summary>
    private static bool IsNetworksName(string prefix) => Averages.Verdict(prefix) is not null
        || Averages.Role(prefix).Split(' ').All(word => word.Length <= 1 || word == "critic");
}
