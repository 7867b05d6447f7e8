namespace GanKit.Checkpoints;

/// <summary>The memory of tensors whose numbers are not in the file, or not in a way that can be read.</summary>
internal sealed class NoData : StorageData
{
    internal static NoData Instance { get; } = new();

    internal override long Length => long.MaxValue;

    internal override void Read(long offset, Span<byte> destination) =>
        throw new CheckpointFormatException("the tensor has no numbers in the file.");
}
