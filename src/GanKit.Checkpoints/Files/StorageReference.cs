namespace GanKit.Checkpoints;

/// <summary>What torch.save writes in place of a storage: where to find it, and what it is.</summary>
/// <param name="Dtype">The type of its elements; bytes where the storage has no type.</param>
/// <param name="Key">The storage's name in the file.</param>
/// <param name="Location">The device it was on.</param>
/// <param name="Count">How many elements it has.</param>
/// <param name="View">Of the oldest files: the part of the storage that is meant, or null for all of it.</param>
internal sealed record StorageReference(
    PyTorchDtype Dtype, string Key, string Location, long Count, (long Start, long Count)? View)
{
    private const int LongestKey = 200;

    /// <summary>Bytes of the storage.</summary>
    internal long ByteCount { get; } = Count >= 0 && Count <= long.MaxValue / Dtype.ElementSize
        ? Count * Dtype.ElementSize
        : throw new CheckpointFormatException($"a storage of {Count} elements is impossible.");

    /// <summary>Of ('storage', class, key, location, count[, view]).</summary>
    internal static StorageReference Of(object? id)
    {
        if (id is not object?[] { Length: 5 or 6 } parts
            || parts is not ["storage", _, string { Length: <= LongestKey } or long, string location, long count, ..])
        {
            throw new CheckpointFormatException(
                "a reference outside of the pickle should be ('storage', class, key, location, count).");
        }

        var dtype = TorchTypes.DtypeOfStorage(parts[1]);
        return new(dtype, $"{parts[2]}", location, count, parts.Length == 6 ? ReadView(parts[5], count) : null);
    }

    /// <summary>The tensor that stands for the storage: one dimension, all of its elements.</summary>
    internal PyTorchTensor Describe(StorageData data) =>
        new(data, Dtype, [View?.Count ?? Count], [1], View?.Start ?? 0) { SavedOn = Location };

    private static (long Start, long Count)? ReadView(object? view, long count) => view switch
    {
        null => null,
        object?[] and [_, >= 0L and long start, >= 0L and long length] when start <= count && length <= count - start
            => (start, length),
        _ => throw new CheckpointFormatException("a view of a storage should be (key, start, count), within the storage."),
    };
}
