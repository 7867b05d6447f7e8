using System.Buffers.Binary;
using System.Text;

namespace GanKit.Checkpoints;

/// <summary>
/// The directory of a zip archive. Only what PyTorch and its users' zip programs write is read: entries as they are or
/// deflated, in files of any size. The platform's own reader does not say where in the file an entry stands.
/// </summary>
internal static class ZipDirectory
{
    private const int EndSize = 22;
    private const int LocatorSize = 20;
    private const int End64Size = 56;
    private const int HeaderSize = 46;
    private const uint Full = uint.MaxValue;
    private const int LargestDirectory = 1 << 28;

    /// <summary>All entries by name.</summary>
    /// <exception cref="CheckpointFormatException">The directory is missing or makes no sense.</exception>
    internal static Dictionary<string, ZipEntry> Read(StorageData file)
    {
        var (start, length) = FindDirectory(file);
        if (length > LargestDirectory)
        {
            throw new CheckpointFormatException(
                $"the archive's directory has {length} bytes; at most {LargestDirectory} are read.");
        }

        var rest = file.Slice(start, length).ToArray().AsSpan();
        var entries = new Dictionary<string, ZipEntry>();
        while (rest.Length >= HeaderSize && BinaryPrimitives.ReadUInt32LittleEndian(rest) == 0x02014b50)
        {
            var entry = ReadEntry(file, rest, out var size);
            if (!entries.TryAdd(entry.Name, entry))
                throw new CheckpointFormatException($"the archive has two entries of the name '{entry.Name}'.");
            rest = rest[size..];
        }

        return rest.IsEmpty
            ? entries
            : throw new CheckpointFormatException($"the archive's directory is broken after {entries.Count} entries.");
    }

    private static (long Start, long Length) FindDirectory(StorageData file)
    {
        var longest = Math.Min(file.Length, EndSize + ushort.MaxValue);
        var tail = file.Slice(file.Length - longest, longest).ToArray();
        for (var at = tail.Length - EndSize; at >= 0; at--)
        {
            var end = tail.AsSpan(at);
            if (BinaryPrimitives.ReadUInt32LittleEndian(end) != 0x06054b50
                || BinaryPrimitives.ReadUInt16LittleEndian(end[20..]) != end.Length - EndSize)
                continue;
            var length = BinaryPrimitives.ReadUInt32LittleEndian(end[12..]);
            var start = BinaryPrimitives.ReadUInt32LittleEndian(end[16..]);
            return FindDirectory64(file, file.Length - tail.Length + at) ?? Check(file, start, length);
        }

        throw new CheckpointFormatException(
            "the archive's directory, which stands at its end, is missing: the file is truncated.");
    }

    /// <summary>Archives beyond 4 GB have a second directory record before the first.</summary>
    private static (long Start, long Length)? FindDirectory64(StorageData file, long end)
    {
        if (end < LocatorSize)
            return null;
        var locator = file.Slice(end - LocatorSize, LocatorSize).ToArray().AsSpan();
        if (BinaryPrimitives.ReadUInt32LittleEndian(locator) != 0x07064b50)
            return null;
        var record = file.Slice(BinaryPrimitives.ReadInt64LittleEndian(locator[8..]), End64Size).ToArray().AsSpan();
        if (BinaryPrimitives.ReadUInt32LittleEndian(record) != 0x06064b50)
            throw new CheckpointFormatException("the archive's 64-bit directory record is broken.");
        var length = BinaryPrimitives.ReadInt64LittleEndian(record[40..]);
        return Check(file, BinaryPrimitives.ReadInt64LittleEndian(record[48..]), length);
    }

    private static (long Start, long Length) Check(StorageData file, long start, long length) =>
        start >= 0 && length >= 0 && start <= file.Length && length <= file.Length - start
            ? (start, length)
            : throw new CheckpointFormatException(
                $"the archive's directory should be {length} bytes from byte {start}, in a file of {file.Length}.");

    private static ZipEntry ReadEntry(StorageData file, ReadOnlySpan<byte> header, out int size)
    {
        var nameLength = BinaryPrimitives.ReadUInt16LittleEndian(header[28..]);
        var extraLength = BinaryPrimitives.ReadUInt16LittleEndian(header[30..]);
        size = HeaderSize + nameLength + extraLength + BinaryPrimitives.ReadUInt16LittleEndian(header[32..]);
        if (size > header.Length)
            throw new CheckpointFormatException("the archive's directory ends in the middle of an entry.");
        var name = Encoding.UTF8.GetString(header.Slice(HeaderSize, nameLength));
        var extra = Find64(header.Slice(HeaderSize + nameLength, extraLength));
        var length = Widen(BinaryPrimitives.ReadUInt32LittleEndian(header[24..]), ref extra);
        var packedLength = Widen(BinaryPrimitives.ReadUInt32LittleEndian(header[20..]), ref extra);
        var start = Widen(BinaryPrimitives.ReadUInt32LittleEndian(header[42..]), ref extra);
        var isEncrypted = (BinaryPrimitives.ReadUInt16LittleEndian(header[8..]) & 1) != 0;
        var method = BinaryPrimitives.ReadUInt16LittleEndian(header[10..]);
        return new(file, name, method, isEncrypted, start, packedLength, length);
    }

    /// <summary>The field of 64-bit numbers among an entry's extra fields, or nothing.</summary>
    private static ReadOnlySpan<byte> Find64(ReadOnlySpan<byte> extra)
    {
        while (extra.Length >= 4)
        {
            var size = BinaryPrimitives.ReadUInt16LittleEndian(extra[2..]);
            if (size > extra.Length - 4)
                break;
            if (BinaryPrimitives.ReadUInt16LittleEndian(extra) == 1)
                return extra.Slice(4, size);
            extra = extra[(4 + size)..];
        }

        return [];
    }

    private static long Widen(uint number, ref ReadOnlySpan<byte> extra)
    {
        if (number != Full)
            return number;
        if (extra.Length < 8)
            throw new CheckpointFormatException("an entry of the archive has no 64-bit size.");
        var wide = BinaryPrimitives.ReadInt64LittleEndian(extra);
        extra = extra[8..];

        // A negative size would hide a large one in the sums that detect zip bombs.
        return wide >= 0
            ? wide
            : throw new CheckpointFormatException($"an entry of the archive has the size or place {wide}.");
    }
}
