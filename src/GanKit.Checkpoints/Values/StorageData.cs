namespace GanKit.Checkpoints;

/// <summary>Bytes that a file keeps somewhere and that are read only when asked for: the memory behind tensors.</summary>
internal abstract class StorageData
{
    /// <summary>How many bytes there are.</summary>
    internal abstract long Length { get; }

    /// <summary>Whether the bytes must be unpacked, and may turn out to be broken only then.</summary>
    internal virtual bool IsPacked => false;

    /// <summary>Fills <paramref name="destination"/> with the bytes from <paramref name="offset"/>.</summary>
    /// <exception cref="CheckpointFormatException">The file ends before, or the bytes can't be unpacked.</exception>
    internal abstract void Read(long offset, Span<byte> destination);

    /// <summary>A stretch of these bytes; it must lie within them.</summary>
    internal StorageData Slice(long offset, long length) => new StorageSlice(this, offset, length);

    /// <summary>Reads all bytes, for those who know that they are few.</summary>
    internal byte[] ToArray()
    {
        var bytes = new byte[Length];
        Read(0, bytes);
        return bytes;
    }

    /// <summary>Throws unless a stretch lies within the bytes.</summary>
    protected void Check(long offset, long length)
    {
        if (offset < 0 || length < 0 || length > Length - offset)
            throw new CheckpointFormatException($"{length} bytes at {offset} are asked of a storage of {Length}.");
    }
}
