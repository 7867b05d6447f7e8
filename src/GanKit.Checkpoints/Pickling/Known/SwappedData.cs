namespace GanKit.Checkpoints;

/// <summary>Numbers whose highest byte comes first, turned around while they are read.</summary>
/// <param name="data">The bytes as they stand.</param>
/// <param name="width">Bytes a number; a complex number is two.</param>
internal sealed class SwappedData(StorageData data, int width) : StorageData
{
    internal override long Length => data.Length;

    internal override bool IsPacked => data.IsPacked;

    /// <summary>Numbers of a type, turned around.</summary>
    internal static StorageData Of(StorageData data, PyTorchDtype dtype)
    {
        var width = dtype.Name.StartsWith("complex", StringComparison.Ordinal) ? dtype.ElementSize / 2 : dtype.ElementSize;
        return width == 1 ? data : new SwappedData(data, width);
    }

    /// <summary>The same, once for each storage and type, so that what shares memory goes on to.</summary>
    internal static StorageData Of(
        StorageData data, PyTorchDtype dtype, Dictionary<(StorageData, PyTorchDtype), StorageData> known)
    {
        if (!known.TryGetValue((data, dtype), out var swapped))
            known.Add((data, dtype), swapped = Of(data, dtype));
        return swapped;
    }

    internal override void Read(long offset, Span<byte> destination)
    {
        Check(offset, destination.Length);
        if (offset % width != 0 || destination.Length % width != 0)
            throw new CheckpointFormatException($"bytes at {offset} are asked of numbers of {width} bytes.");
        data.Read(offset, destination);
        for (var start = 0; start < destination.Length; start += width)
            destination.Slice(start, width).Reverse();
    }
}
