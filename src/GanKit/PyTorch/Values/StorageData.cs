namespace GanKit;

/// <summary>Bytes that a file keeps somewhere and that are read only when asked for: the memory behind tensors.</summary>
internal abstract class StorageData
{
    /// <summary>How many bytes there are.</summary>
    internal abstract long Length { get; }

    /// <summary>Fills <paramref name="destination"/> with the bytes from <paramref name="offset"/>.</summary>
    /// <exception cref="CheckpointFormatException">The file ends before, or the bytes can't be unpacked.</exception>
    internal abstract void Read(long offset, Span<byte> destination);
}
