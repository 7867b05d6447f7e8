namespace GanKit.Checkpoints;

/// <summary>A storage of which the size is known before the place.</summary>
/// <param name="length">Its bytes.</param>
/// <param name="elementSize">The bytes of an element, in which files count.</param>
internal sealed class LateStorage(long length, int elementSize) : StorageData
{
    private StorageData? _data;

    internal override long Length => length;

    internal override bool IsPacked => _data is { IsPacked: true };

    internal int ElementSize => elementSize;

    internal void Place(StorageData data) => _data = data;

    internal override void Read(long offset, Span<byte> destination)
    {
        if (_data is null)
            throw new CheckpointFormatException("a storage is read before its place is known.");
        _data.Read(offset, destination);
    }
}
