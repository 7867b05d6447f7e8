using System.Buffers.Binary;

namespace GanKit;

/// <summary>The chunks of a PNG file, one after the other; the last may break off.</summary>
internal ref struct PngChunks
{
    private static readonly uint[] CrcTable =
        [.. from n in Enumerable.Range(0, 256)
            select Enumerable.Range(0, 8).Aggregate((uint)n, (c, _) => (c & 1) == 0 ? c >> 1 : 0xEDB88320 ^ (c >> 1))];

    private ReadOnlySpan<byte> _rest;

    /// <param name="file">A file that <see cref="Recognizes"/> knows.</param>
    internal PngChunks(ReadOnlySpan<byte> file) => _rest = file[Signature.Length..];

    internal static ReadOnlySpan<byte> Signature => [0x89, (byte)'P', (byte)'N', (byte)'G', 13, 10, 26, 10];

    /// <summary>Four letters.</summary>
    internal ReadOnlySpan<byte> Kind { get; private set; }

    /// <summary>What it holds, as far as the file goes.</summary>
    internal ReadOnlySpan<byte> Body { get; private set; }

    /// <summary>Whether the file has all of it, with a checksum.</summary>
    internal bool IsWhole { get; private set; }

    /// <summary>Whether a whole chunk's checksum is that of what it holds.</summary>
    internal bool IsIntact { get; private set; }

    /// <summary>Whether these bytes begin a PNG file.</summary>
    internal static bool Recognizes(ReadOnlySpan<byte> file) => file.StartsWith(Signature);

    /// <summary>Writes a chunk.</summary>
    internal static void Write(Stream file, ReadOnlySpan<byte> kind, ReadOnlySpan<byte> body)
    {
        Span<byte> number = stackalloc byte[4];
        BinaryPrimitives.WriteInt32BigEndian(number, body.Length);
        file.Write(number);
        file.Write(kind);
        file.Write(body);
        BinaryPrimitives.WriteUInt32BigEndian(number, Crc32([.. kind, .. body]));
        file.Write(number);
    }

    /// <summary>The checksum of a chunk: of its kind and what it holds.</summary>
    private static uint Crc32(ReadOnlySpan<byte> bytes)
    {
        var crc = uint.MaxValue;
        foreach (var b in bytes)
            crc = CrcTable[(byte)(crc ^ b)] ^ (crc >> 8);
        return ~crc;
    }

    /// <summary>Goes to the next chunk, if there is one.</summary>
    /// <param name="checkSum">Whether to compute its checksum.</param>
    internal bool Next(bool checkSum = false)
    {
        if (_rest.Length < 8)
            return false;
        var length = BinaryPrimitives.ReadUInt32BigEndian(_rest);
        Kind = _rest.Slice(4, 4);
        IsWhole = length + 12L <= _rest.Length;
        Body = _rest.Slice(8, IsWhole ? (int)length : (int)Math.Min(length, _rest.Length - 8));
        IsIntact = IsWhole && (!checkSum
            || Crc32(_rest.Slice(4, 4 + Body.Length)) == BinaryPrimitives.ReadUInt32BigEndian(_rest[(8 + Body.Length)..]));
        _rest = IsWhole ? _rest[(12 + Body.Length)..] : [];
        return true;
    }
}
