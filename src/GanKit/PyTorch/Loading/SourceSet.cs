using System.Runtime.CompilerServices;

namespace GanKit;

/// <summary>Tells networks that were saved from two places: their numbers lie in the same memory of the file.</summary>
internal sealed class SourceSet : IEqualityComparer<(StorageData Storage, long Offset)[]>
{
    private readonly HashSet<(StorageData Storage, long Offset)[]> _known;

    internal SourceSet() => _known = new(this);

    /// <summary>Adds the places of a network's numbers, in order.</summary>
    /// <returns>False where these were there before.</returns>
    internal bool Add(IEnumerable<(StorageData Storage, long Offset)> sources) => _known.Add([.. sources]);

    /// <inheritdoc/>
    public bool Equals((StorageData Storage, long Offset)[]? x, (StorageData Storage, long Offset)[]? y) =>
        x.AsSpan().SequenceEqual(y);

    /// <inheritdoc/>
    public int GetHashCode((StorageData Storage, long Offset)[] obj)
    {
        var hash = new HashCode();
        foreach (var (storage, offset) in obj)
            hash.Add(HashCode.Combine(RuntimeHelpers.GetHashCode(storage), offset));
        return hash.ToHashCode();
    }
}
