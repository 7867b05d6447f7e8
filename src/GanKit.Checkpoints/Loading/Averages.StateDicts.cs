namespace GanKit.Checkpoints;

internal static partial class Averages
{
    /// <summary>Whether a state dict holds averaged weights.</summary>
    internal static bool AreIn(PyTorchStateDict weights) =>
        weights.IsKnownAverage ?? (weights.HoldsAverages("") || Verdict(weights.Key) is true);

    /// <summary>
    /// Where averaged weights stand: the state dict's key, or the places within it that are copies of others there.
    /// </summary>
    internal static IEnumerable<string> PlacesIn(PyTorchStateDict weights)
    {
        const int Deepest = 3;
        const int Most = 16;
        var bare = WrapperNames.Strip(weights);
        var names = bare.Keys.Where(name => !WrapperNames.IsCount(name)).ToHashSet();
        var places = names.SelectMany(name => NamePrefixes.Common([name]).Skip(1).Take(Deepest)).Distinct()
            .Where(prefix => bare.HoldsAverages(prefix) || VerdictOfPart(prefix.TrimEnd('.').Split('.')[^1]) is true)
            .Take(Most).Where(prefix => bare.HoldsAverages(prefix) || IsCopy(prefix)).ToArray();
        return places.Length == 0 && AreIn(weights) ? [weights.Key]
            : places.Select(place => string.Join('.', new[] { weights.Key, place.TrimEnd('.') }.Where(text => text.Length > 0)));

        bool IsCopy(string prefix)
        {
            var parent = prefix[..(prefix.TrimEnd('.').LastIndexOf('.') + 1)];
            var others = names.Where(name => name.StartsWith(parent, StringComparison.Ordinal) && !name.StartsWith(prefix, StringComparison.Ordinal))
                .Select(name => name[parent.Length..]).SelectMany(name => new[] { name, name[(name.IndexOf('.') + 1)..] }).ToHashSet();
            return names.Where(name => name.StartsWith(prefix, StringComparison.Ordinal)).All(name => others.Contains(name[prefix.Length..]));
        }
    }
}
