using System.Buffers.Binary;

#if CHECKPOINTS
namespace GanKit.Checkpoints;
#else
namespace GanKit;
#endif

/// <summary>
/// The checksum of zip archives: the CRC of polynomial 0x04C11DB7, bits reflected. Sixteen bytes a turn from sixteen
/// tables, so that it costs less than writing the bytes.
/// </summary>
internal static class Crc32
{
    private const int Slices = 16;
    private const uint Polynomial = 0xEDB88320;

    // Table k, entry b: what the byte b does to the checksum when k more bytes follow it.
    private static readonly uint[] Tables = MakeTables();

    /// <summary>The checksum of what was summed up before, and then <paramref name="bytes"/>. The first is 0.</summary>
    internal static uint Append(uint crc, ReadOnlySpan<byte> bytes)
    {
        ReadOnlySpan<uint> tables = Tables;
        crc = ~crc;
        while (bytes.Length >= Slices)
        {
            var a = BinaryPrimitives.ReadUInt32LittleEndian(bytes) ^ crc;
            var b = BinaryPrimitives.ReadUInt32LittleEndian(bytes[4..]);
            var c = BinaryPrimitives.ReadUInt32LittleEndian(bytes[8..]);
            var d = BinaryPrimitives.ReadUInt32LittleEndian(bytes[12..]);
            crc = Look(tables, 15, a) ^ Look(tables, 11, b) ^ Look(tables, 7, c) ^ Look(tables, 3, d);
            bytes = bytes[Slices..];
        }

        foreach (var value in bytes)
            crc = tables[(byte)(crc ^ value)] ^ (crc >> 8);
        return ~crc;
    }

    /// <summary>Four bytes, the first of which has <paramref name="following"/> bytes after it.</summary>
    private static uint Look(ReadOnlySpan<uint> tables, int following, uint word) =>
        tables[(following << 8) | (byte)word]
        ^ tables[((following - 1) << 8) | (byte)(word >> 8)]
        ^ tables[((following - 2) << 8) | (byte)(word >> 16)]
        ^ tables[((following - 3) << 8) | (byte)(word >> 24)];

    private static uint[] MakeTables()
    {
        var tables = new uint[Slices << 8];
        for (var i = 0u; i < 256; i++)
        {
            var crc = i;
            for (var bit = 0; bit < 8; bit++)
                crc = (crc >> 1) ^ ((crc & 1) == 0 ? 0 : Polynomial);
            tables[i] = crc;
        }

        for (var i = 256; i < tables.Length; i++)
            tables[i] = tables[(byte)tables[i - 256]] ^ (tables[i - 256] >> 8);
        return tables;
    }
}
