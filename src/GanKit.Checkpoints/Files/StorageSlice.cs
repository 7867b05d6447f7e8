namespace GanKit.Checkpoints;

/// <summary>A stretch of other bytes.</summary>
internal sealed class StorageSlice : StorageData
{
    private readonly StorageData _whole;
    private readonly long _start;

    internal StorageSlice(StorageData whole, long start, long length)
    {
        if (start < 0 || length < 0 || length > whole.Length - start)
            throw new CheckpointFormatException($"{length} bytes at {start} are asked of {whole.Length}.");
        (_whole, _start, Length) = (whole, start, length);
    }

    internal override long Length { get; }

    internal override bool IsPacked => _whole.IsPacked;

    internal override void Read(long offset, Span<byte> destination)
    {
        Check(offset, destination.Length);
        _whole.Read(_start + offset, destination);
    }
}
