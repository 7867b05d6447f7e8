using System.Buffers.Binary;
using System.IO.Compression;
using System.Text;

namespace GanKit.Tests.Companion;

/// <summary>Writes 16-bit PNG by hand, so that the reader is held against the format and not against an encoder.</summary>
internal static class Png16
{
    public const int Grey = 0, Rgb = 2, GreyAlpha = 4, Rgba = 6;

    private static readonly (int X, int Y, int StepX, int StepY)[] Adam7 =
        [(0, 0, 8, 8), (4, 0, 8, 8), (0, 4, 4, 8), (2, 0, 4, 4), (0, 2, 2, 4), (1, 0, 2, 2), (0, 1, 1, 2)];

    public static int Channels(int colourType) => colourType switch { Grey => 1, Rgb => 3, GreyAlpha => 2, _ => 4 };

    /// <summary>A file; <c>filter</c> chooses the filter of each row.</summary>
    public static byte[] Write(
        int width, int height, int colourType, ushort[] values, Func<int, int>? filter = null, bool interlaced = false,
        ushort[]? transparent = null)
    {
        var bytesPerPixel = 2 * Channels(colourType);
        using var raw = new MemoryStream();
        foreach (var (x0, y0, dx, dy) in interlaced ? Adam7 : [(0, 0, 1, 1)])
        {
            var columns = (width - x0 + dx - 1) / dx;
            if (columns <= 0)
                continue;
            var above = new byte[columns * bytesPerPixel];
            for (var y = y0; y < height; y += dy)
            {
                var row = new byte[columns * bytesPerPixel];
                for (var i = 0; i < columns; i++)
                    for (var c = 0; c < Channels(colourType); c++)
                    {
                        BinaryPrimitives.WriteUInt16BigEndian(
                            row.AsSpan(i * bytesPerPixel + 2 * c),
                            values[(y * width + x0 + i * dx) * Channels(colourType) + c]);
                    }

                var kind = filter?.Invoke(y) ?? 0;
                raw.WriteByte((byte)kind);
                for (var i = 0; i < row.Length; i++)
                {
                    int a = i < bytesPerPixel ? 0 : row[i - bytesPerPixel], b = above[i], c = i < bytesPerPixel ? 0
                        : above[i - bytesPerPixel];
                    var predicted = kind switch { 0 => 0, 1 => a, 2 => b, 3 => (a + b) >> 1, _ => Paeth(a, b, c) };
                    raw.WriteByte((byte)(row[i] - predicted));
                }
                above = row;
            }
        }

        using var file = new MemoryStream();
        file.Write([137, 80, 78, 71, 13, 10, 26, 10]);
        var header = new byte[13];
        BinaryPrimitives.WriteInt32BigEndian(header, width);
        BinaryPrimitives.WriteInt32BigEndian(header.AsSpan(4), height);
        (header[8], header[9], header[12]) = (16, (byte)colourType, (byte)(interlaced ? 1 : 0));
        Chunk(file, "IHDR", header);
        if (transparent is not null)
            Chunk(file, "tRNS", [.. transparent.SelectMany(v => new[] { (byte)(v >> 8), (byte)v })]);
        using var packed = new MemoryStream();
        using (var zlib = new ZLibStream(packed, CompressionLevel.Fastest, leaveOpen: true))
            zlib.Write(raw.ToArray());
        // Two data chunks, since a file may be cut anywhere.
        Chunk(file, "IDAT", packed.ToArray()[..10]);
        Chunk(file, "IDAT", packed.ToArray()[10..]);
        Chunk(file, "IEND", []);
        return file.ToArray();
    }

    /// <summary>A grey image that has a size and no data.</summary>
    public static byte[] WriteHeaderOnly(int width, int height)
    {
        using var file = new MemoryStream();
        file.Write([137, 80, 78, 71, 13, 10, 26, 10]);
        var header = new byte[13];
        BinaryPrimitives.WriteInt32BigEndian(header, width);
        BinaryPrimitives.WriteInt32BigEndian(header.AsSpan(4), height);
        header[8] = 16;
        Chunk(file, "IHDR", header);
        Chunk(file, "IEND", []);
        return file.ToArray();
    }

    private static int Paeth(int a, int b, int c)
    {
        var p = a + b - c;
        return new[] { (Math.Abs(p - a), 0, a), (Math.Abs(p - b), 1, b), (Math.Abs(p - c), 2, c) }.Min().Item3;
    }

    private static void Chunk(Stream file, string kind, byte[] body)
    {
        byte[] named = [.. Encoding.ASCII.GetBytes(kind), .. body];
        var crc = uint.MaxValue;
        foreach (var value in named)
        {
            crc ^= value;
            for (var k = 0; k < 8; k++)
                crc = (crc >> 1) ^ ((crc & 1) * 0xEDB88320);
        }
        Span<byte> word = stackalloc byte[4];
        BinaryPrimitives.WriteInt32BigEndian(word, body.Length);
        file.Write(word);
        file.Write(named);
        BinaryPrimitives.WriteUInt32BigEndian(word, ~crc);
        file.Write(word);
    }
}
