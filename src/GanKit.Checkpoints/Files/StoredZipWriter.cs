using System.Buffers.Binary;
using System.Text;

namespace GanKit.Checkpoints;

/// <summary>
/// Writes a zip archive as PyTorch does: entries stored as they are, each one's data at a multiple of 64 bytes, so that it
/// can be mapped into memory; checksums after the data, so that all goes out in one pass. The same entries give the same
/// bytes.
/// </summary>
/// <remarks>.NET's own <c>ZipArchive</c> can't align data.</remarks>
internal sealed class StoredZipWriter(Stream stream)
{
    private const int Alignment = 64;
    private const int CacheSized = 1 << 18;
    private const uint TooLong = uint.MaxValue; // says: see the 64-bit field
    private const ushort Stored = 0;
    private const ushort ChecksumFollows = 1 << 3;
    private const ushort NamesAreUtf8 = 1 << 11;
    private const ushort NewYear1980 = (1 << 5) | 1; // no time of their own, or bytes would differ from run to run

    private readonly List<Entry> _entries = [];
    private long _position;

    /// <summary>Takes the bytes of an entry, in order, in any number of pieces.</summary>
    internal delegate void Sink(ReadOnlySpan<byte> bytes);

    /// <summary>Adds a small entry.</summary>
    internal void Add(string name, ReadOnlyMemory<byte> bytes) => Add(name, bytes.Length, sink => sink(bytes.Span));

    /// <summary>Adds an entry of a known length.</summary>
    internal void Add(string name, long length, Action<Sink> write)
    {
        var entry = new Entry(Encoding.UTF8.GetBytes(name), length, _position);
        WriteLocalHeader(entry);
        var (crc, end) = (0u, _position + length);
        write(bytes =>
        {
            for (; !bytes.IsEmpty; bytes = bytes[Math.Min(bytes.Length, CacheSized)..])
            {
                var piece = bytes[..Math.Min(bytes.Length, CacheSized)];
                crc = Crc32.Append(crc, piece);
                Write(piece);
            }
        });
        if (_position != end)
            throw new InvalidOperationException($"The entry '{name}' of {length} bytes ends {_position - end} bytes off.");
        _entries.Add(entry with { Crc = crc });
        WriteChecksum(entry, crc);
    }

    /// <summary>Writes the list of entries, which ends the archive.</summary>
    internal void Finish()
    {
        var start = _position;
        foreach (var entry in _entries)
            WriteDirectoryEntry(entry);
        var (count, size) = (_entries.Count, _position - start);
        var end = _position;
        if (count >= ushort.MaxValue || start >= TooLong || size >= TooLong)
        {
            // The 64-bit end of the list, and where to find it.
            Write(new Fields(56).Int(0x06064B50).Long(44).Short(45).Short(45).Int(0).Int(0)
                .Long(count).Long(count).Long(size).Long(start).Bytes);
            Write(new Fields(20).Int(0x07064B50).Int(0).Long(end).Int(1).Bytes);
        }

        count = Math.Min(count, ushort.MaxValue);
        Write(new Fields(22).Int(0x06054B50).Short(0).Short(0).Short(count).Short(count)
            .Int(Math.Min(size, TooLong)).Int(Math.Min(start, TooLong)).Short(0).Bytes);
    }

    private void WriteLocalHeader(Entry entry)
    {
        var wide = entry.IsLong ? 20 : 0;
        // Padding is an extra field of its own, of which 4 bytes are its head ("FB" and a length), as PyTorch's.
        var bare = entry.Start + 30 + entry.Name.Length + wide + 4;
        var padding = (int)((Alignment - (bare % Alignment)) % Alignment);
        var fields = new Fields(30 + entry.Name.Length + wide + 4 + padding)
            .Int(0x04034B50).Short(entry.VersionNeeded).Short(entry.Flags).Short(Stored).Short(0).Short(NewYear1980).Int(0)
            .Int(entry.IsLong ? TooLong : 0).Int(entry.IsLong ? TooLong : 0)
            .Short(entry.Name.Length).Short(wide + 4 + padding).Raw(entry.Name);
        if (entry.IsLong)
            fields.Short(1).Short(16).Long(entry.Length).Long(entry.Length);
        Write(fields.Short('F' | ('B' << 8)).Short(padding).Fill(padding, (byte)'Z').Bytes);
    }

    private void WriteChecksum(Entry entry, uint crc)
    {
        if (entry.Length == 0)
            return;
        var fields = new Fields(entry.IsLong ? 24 : 16).Int(0x08074B50).Int(crc);
        _ = entry.IsLong ? fields.Long(entry.Length).Long(entry.Length) : fields.Int(entry.Length).Int(entry.Length);
        Write(fields.Bytes);
    }

    private void WriteDirectoryEntry(Entry entry)
    {
        var isFar = entry.Start >= TooLong;
        var wide = (entry.IsLong ? 16 : 0) + (isFar ? 8 : 0);
        var extra = wide > 0 ? wide + 4 : 0;
        var length = entry.IsLong ? TooLong : entry.Length;
        var fields = new Fields(46 + entry.Name.Length + extra)
            .Int(0x02014B50).Short(45).Short(isFar ? 45 : entry.VersionNeeded).Short(entry.Flags).Short(Stored)
            .Short(0).Short(NewYear1980).Int(entry.Crc).Int(length).Int(length)
            .Short(entry.Name.Length).Short(extra).Short(0).Short(0).Short(0).Int(0)
            .Int(isFar ? TooLong : entry.Start).Raw(entry.Name);
        if (extra > 0)
            fields.Short(1).Short(wide);
        if (entry.IsLong)
            fields.Long(entry.Length).Long(entry.Length);
        if (isFar)
            fields.Long(entry.Start);
        Write(fields.Bytes);
    }

    private void Write(ReadOnlySpan<byte> bytes)
    {
        stream.Write(bytes);
        _position += bytes.Length;
    }

    private sealed record Entry(byte[] Name, long Length, long Start)
    {
        internal uint Crc { get; init; }

        internal bool IsLong => Length >= TooLong;

        internal int VersionNeeded => IsLong ? 45 : 20;

        internal int Flags => NamesAreUtf8 | (Length > 0 ? ChecksumFollows : 0);
    }

    /// <summary>Little-endian fields, one after another.</summary>
    private sealed class Fields(int size)
    {
        private readonly byte[] _bytes = new byte[size];
        private int _next;

        internal ReadOnlySpan<byte> Bytes => _bytes;

        internal Fields Short(int value)
        {
            BinaryPrimitives.WriteUInt16LittleEndian(_bytes.AsSpan(_next), (ushort)value);
            _next += 2;
            return this;
        }

        internal Fields Int(long value)
        {
            BinaryPrimitives.WriteUInt32LittleEndian(_bytes.AsSpan(_next), (uint)value);
            _next += 4;
            return this;
        }

        internal Fields Long(long value)
        {
            BinaryPrimitives.WriteInt64LittleEndian(_bytes.AsSpan(_next), value);
            _next += 8;
            return this;
        }

        internal Fields Raw(ReadOnlySpan<byte> bytes)
        {
            bytes.CopyTo(_bytes.AsSpan(_next));
            _next += bytes.Length;
            return this;
        }

        internal Fields Fill(int count, byte value)
        {
            _bytes.AsSpan(_next, count).Fill(value);
            _next += count;
            return this;
        }
    }
}
