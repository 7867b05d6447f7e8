using System.Buffers.Binary;
using System.IO.Compression;

namespace GanKit.ImageSharp;

/// <summary>What the first directory of a TIFF file says of where its pixels are, to find out whether all of them are.</summary>
/// <remarks>
/// ImageSharp takes what a strip lacks for black. So the bytes that each strip unpacks to are counted: of uncompressed strips, LZW, Deflate and
/// PackBits; a JPEG needs its end. Of CCITT, and of colours that are stored for several pixels at once, only whether the file goes on to the strip's end.
/// </remarks>
internal sealed class TiffPage
{
    private const int Width = 256, Height = 257, Bits = 258, Compression = 259, Photometric = 262, FillOrder = 266, Offsets = 273, Samples = 277,
        Rows = 278, Counts = 279, Planes = 284;

    private const int YCbCr = 6, Jpeg = 7, Entry = 12; // bytes of a directory's entry
    private const int MostChannels = 16, MostBits = 64; // of a channel

    private readonly Dictionary<int, long[]> _tags = [];

    private static ReadOnlySpan<byte> JpegsEnd => [0xFF, 0xD9];

    private TiffPage()
    {
    }

    /// <summary>How many pages the file has.</summary>
    internal int Pages { get; private init; }

    /// <summary>Reads the first directory; of one that breaks off or lies, what there is.</summary>
    internal static TiffPage Of(ReadOnlySpan<byte> file)
    {
        const int Header = 8;
        if (file.Length < Header)
            return new() { Pages = 1 };
        var big = file[0] == 'M';
        var places = new HashSet<uint>();
        for (var at = UInt32(file, 4, big); at >= Header && at + 2L <= file.Length && places.Add(at);)
        {
            var end = at + 2L + Entry * UInt16(file, (int)at, big);
            at = end + 4 <= file.Length ? UInt32(file, (int)end, big) : 0;
        }

        var page = new TiffPage { Pages = Math.Max(places.Count, 1) };
        if (places.Count == 0)
            return page;
        var first = (int)places.First();
        for (var i = 0; i < UInt16(file, first, big) && first + 2L + Entry * (i + 1) <= file.Length; i++)
            page.ReadTag(file, first + 2 + Entry * i, big);
        return page;
    }

    /// <summary>Whether a strip goes beyond the end of the file, or holds less than its rows.</summary>
    internal bool IsTruncated(ReadOnlySpan<byte> file)
    {
        if (All(Offsets) is not { } offsets || All(Counts) is not { } counts)
            return false;
        // Strips that share bytes are no picture's, and would be unpacked as often as the file repeats them.
        var areApart = counts.Sum() <= file.Length;
        for (var strip = 0; strip < Math.Min(offsets.Length, counts.Length); strip++)
        {
            if (offsets[strip] + counts[strip] > file.Length)
                return true;
            if (!areApart)
                continue;
            var packed = file.Slice((int)offsets[strip], (int)counts[strip]);
            var isShort = First(Compression, 1) == Jpeg ? !packed.TrimEnd((byte)0).EndsWith(JpegsEnd)
                : Expected(strip, offsets.Length) is { } bytes && Unpacked(packed, bytes) < bytes;
            if (isShort)
                return true;
        }

        return false;
    }

    // What a strip unpacks to; none where pixels share colours.
    private long? Expected(int strip, int strips)
    {
        if (First(Photometric, 0) == YCbCr || First(FillOrder, 1) != 1 || All(Width) is not [var width] || All(Height) is not [var height])
            return null;
        var rows = Math.Clamp(First(Rows, height), 1, Math.Max(height, 1));
        var perPlane = (height + rows - 1) / rows;
        var bits = All(Bits) ?? [1];
        if (bits.Any(channel => channel > MostBits))
            return null;
        var planes = First(Planes, 1) == 2 ? First(Samples, 1) : 1;
        if (perPlane == 0 || planes * perPlane != strips)
            return null;
        var depth = planes > 1 ? bits[Math.Min(strip / perPlane, bits.Length - 1)] : bits.Sum();
        var own = Math.Min(rows, height - strip % perPlane * rows);
        return own * ((width * depth + 7) / 8);
    }

    private long Unpacked(ReadOnlySpan<byte> packed, long enough) => First(Compression, 1) switch
    {
        1 => packed.Length,
        5 => Lzw(packed, enough),
        8 or 32946 => Deflate(packed, enough),
        32773 => PackBits(packed, enough),
        _ => enough,
    };

    private static long PackBits(ReadOnlySpan<byte> packed, long enough)
    {
        var total = 0L;
        for (var at = 0; at < packed.Length && total < enough;)
        {
            var head = (sbyte)packed[at];
            var (taken, made) = head switch { >= 0 => (head + 2, head + 1), sbyte.MinValue => (1, 0), _ => (2, 1 - head) };
            at += taken;
            total += at <= packed.Length ? made : Math.Max(made - (at - packed.Length), 0);
        }

        return total;
    }

    private static long Deflate(ReadOnlySpan<byte> packed, long enough)
    {
        using var stream = new ZLibStream(new MemoryStream(packed.ToArray()), CompressionMode.Decompress);
        var buffer = new byte[1 << 14];
        var total = 0L;
        try
        {
            while (total < enough && stream.Read(buffer) is > 0 and var read)
                total += read;
        }
        catch (InvalidDataException)
        {
            // damaged from here on
        }

        return total;
    }

    // Only how long the texts of codes are.
    private static long Lzw(ReadOnlySpan<byte> packed, long enough)
    {
        const int Clear = 256, End = 257, Most = 4096;
        var lengths = new int[Most];
        lengths.AsSpan(0, Clear).Fill(1);
        var (total, next, former, bit) = (0L, End + 1, -1, 0L);
        while (total < enough)
        {
            var width = next switch { >= 2047 => 12, >= 1023 => 11, >= 511 => 10, _ => 9 };
            if (bit + width > 8L * packed.Length)
                break;
            var code = 0;
            for (var i = 0; i < width; i++, bit++)
                code = code << 1 | packed[(int)(bit >> 3)] >> (int)(7 - (bit & 7)) & 1;
            if (code == End)
                break;
            if (code == Clear)
            {
                (next, former) = (End + 1, -1);
                continue;
            }

            if (former >= 0 && next < Most)
                lengths[next++] = lengths[former] + 1;
            if (code >= next)
                break; // damaged
            total += lengths[code];
            former = code;
        }

        return total;
    }

    private void ReadTag(ReadOnlySpan<byte> file, int at, bool big)
    {
        var tag = UInt16(file, at, big);
        var (size, count) = (UInt16(file, at + 2, big) switch { 3 => 2, 4 => 4, _ => 0 }, UInt32(file, at + 4, big));
        if (!IsRead(tag) || _tags.ContainsKey(tag) || (count > MostChannels && tag is not (Offsets or Counts)))
            return;
        var start = size * (long)count <= 4 ? (uint)at + 8 : UInt32(file, at + 8, big);
        if (size == 0 || count == 0 || start + size * (long)count > file.Length)
            return;
        var values = new long[count];
        for (var i = 0; i < values.Length; i++)
            values[i] = size == 2 ? (uint)UInt16(file, (int)start + 2 * i, big) : UInt32(file, (int)start + 4 * i, big);
        _tags[tag] = values;
    }

    private static bool IsRead(int tag) =>
        tag is Width or Height or Bits or Compression or Photometric or FillOrder or Offsets or Samples or Rows or Counts or Planes;

    private long[]? All(int tag) => _tags.GetValueOrDefault(tag);

    private long First(int tag, long otherwise) => All(tag) is [var value, ..] ? value : otherwise;

    private static ushort UInt16(ReadOnlySpan<byte> file, int at, bool big) =>
        big ? BinaryPrimitives.ReadUInt16BigEndian(file[at..]) : BinaryPrimitives.ReadUInt16LittleEndian(file[at..]);

    private static uint UInt32(ReadOnlySpan<byte> file, int at, bool big) =>
        big ? BinaryPrimitives.ReadUInt32BigEndian(file[at..]) : BinaryPrimitives.ReadUInt32LittleEndian(file[at..]);
}
