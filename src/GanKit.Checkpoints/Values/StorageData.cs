using Microsoft.Win32.SafeHandles;

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

    /// <summary>Reads all bytes, for storages that are known to be small.</summary>
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

/// <summary>The memory of tensors whose numbers are not in the file, or not in a way that can be read.</summary>
internal sealed class NoData : StorageData
{
    internal static NoData Instance { get; } = new();

    internal override long Length => long.MaxValue;

    internal override void Read(long offset, Span<byte> destination) =>
        throw new CheckpointFormatException("the tensor has no numbers in the file.");
}

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
