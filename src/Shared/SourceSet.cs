#if CHECKPOINTS
namespace GanKit.Checkpoints;
#else
namespace GanKit;
#endif

/// <summary>Tells networks that were saved from two places: their numbers lie in the same memory of the file.</summary>
internal sealed class SourceSet : IEqualityComparer<object[]>
{
    private readonly HashSet<object[]> _known;

    internal SourceSet() => _known = new(this);

    /// <summary>Adds the places of a network's numbers (<see cref="PyTorchTensor.Place"/>), in order.</summary>
    /// <returns>False where these were there before.</returns>
    internal bool Add(IEnumerable<object> places) => _known.Add([.. places]);

    /// <inheritdoc/>
    public bool Equals(object[]? x, object[]? y) => x.AsSpan().SequenceEqual(y);

    /// <inheritdoc/>
    public int GetHashCode(object[] obj)
    {
        var hash = new HashCode();
        foreach (var place in obj)
            hash.Add(place);
        return hash.ToHashCode();
    }
}
