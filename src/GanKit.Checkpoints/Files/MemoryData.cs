namespace GanKit.Checkpoints;

/// <summary>Bytes that stand in the pickle itself, such as those of NumPy arrays.</summary>
internal sealed class MemoryData(ReadOnlyMemory<byte> bytes) : StorageData
{
    internal override long Length => bytes.Length;

    internal override void Read(long offset, Span<byte> destination)
    {
        Check(offset, destination.Length);
        bytes.Span.Slice((int)offset, destination.Length).CopyTo(destination);
    }
}
