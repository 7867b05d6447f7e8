using Microsoft.Win32.SafeHandles;

namespace GanKit.Checkpoints;

/// <summary>A stretch of a file as it stands on disk, read straight into the tensor that asks for it.</summary>
/// <param name="file">The file, which its reader keeps open.</param>
/// <param name="start">The first byte's place in it.</param>
/// <param name="length">How many bytes; all of them within the file.</param>
internal sealed class FileData(SafeFileHandle file, long start, long length) : StorageData
{
    internal override long Length => length;

    internal override void Read(long offset, Span<byte> destination)
    {
        Check(offset, destination.Length);
        for (var position = start + offset; !destination.IsEmpty;)
        {
            var count = RandomAccess.Read(file, destination, position);
            if (count == 0)
                throw new CheckpointFormatException($"the file ends at byte {position}, in the middle of a tensor.");
            position += count;
            destination = destination[count..];
        }
    }
}
