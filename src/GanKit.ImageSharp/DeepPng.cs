using System.Buffers.Binary;
using System.IO.Compression;
using System.IO.Hashing;
using System.Runtime.InteropServices;

namespace GanKit.ImageSharp;

/// <summary>Reads PNG of 16 bits a channel with all of its bits.</summary>
/// <remarks>
/// PNG, second edition (W3C, ISO/IEC 15948:2003): every colour type that has 16 bits, Adam7 interlacing, tRNS. ImageSharp 2.1.13 reads most
/// of them, but accepts truncated files, reads the transparent colour in the wrong byte order, and does not return from some interlaced
/// files.
/// </remarks>
internal static class DeepPng
{
    // Deflate packs at most 258 bytes into 2 bits.
    private const int MostDeflated = 1032;

    // Adam7's passes: first column and row, and the steps between columns and rows.
    private static readonly (int X, int Y, int StepX, int StepY)[] Adam7 =
        [(0, 0, 8, 8), (4, 0, 8, 8), (0, 4, 4, 8), (2, 0, 4, 4), (0, 2, 2, 4), (1, 0, 2, 2), (0, 1, 1, 2)];

    private static ReadOnlySpan<byte> Signature => [0x89, (byte)'P', (byte)'N', (byte)'G', 13, 10, 26, 10];

    /// <summary>Whether these bytes begin a PNG file of 16 bits a channel.</summary>
    internal static bool Recognizes(ReadOnlySpan<byte> file) => file.Length > 24 && file.StartsWith(Signature) && file[24] == 16;

    /// <summary>Decodes to red, green, blue and alpha. Rows that are missing are transparent black.</summary>
    /// <exception cref="InvalidDataException">The file is damaged, or has no pixels.</exception>
    internal static DecodedImage Decode(ReadOnlySpan<byte> file)
    {
        ReadOnlySpan<byte> header = [], transparent = [];
        using var compressed = new MemoryStream();
        for (var rest = file[Signature.Length..]; rest.Length >= 8;)
        {
            var length = BinaryPrimitives.ReadUInt32BigEndian(rest);
            var isWhole = length + 12L <= rest.Length;
            var kind = rest.Slice(4, 4);
            var body = rest[8..(isWhole ? (int)length + 8 : (int)Math.Min(length + 8L, rest.Length))];
            if (isWhole && Crc32.HashToUInt32(rest.Slice(4, 4 + body.Length)) != BinaryPrimitives.ReadUInt32BigEndian(rest[(8 + body.Length)..]))
                throw Damaged("a checksum is wrong");
            rest = isWhole ? rest[(12 + body.Length)..] : [];
            if (kind.SequenceEqual("IHDR"u8))
                header = body;
            else if (kind.SequenceEqual("tRNS"u8))
                transparent = body;
            else if (kind.SequenceEqual("IDAT"u8))
                compressed.Write(body); // also of one that breaks off, which may have all rows
            else if (kind.SequenceEqual("IEND"u8))
                break;
        }

        if (header.Length != 13)
            throw Damaged("its header has the wrong length");

        int width = BinaryPrimitives.ReadInt32BigEndian(header), height = BinaryPrimitives.ReadInt32BigEndian(header[4..]);
        var channels = header[9] switch { 0 => 1, 2 => 3, 4 => 2, 6 => 4, _ => 0 };
        if (width < 1 || height < 1 || (long)width * height > Array.MaxLength / 8 || channels == 0 || header[10] != 0
            || header[11] != 0 || header[12] > 1)
            throw Damaged("its header has values that are not allowed");
        // Before memory is taken for it: a header costs nothing, and can claim any size.
        if (2L * channels * width * height / MostDeflated > compressed.Length)
            throw new InvalidDataException("the PNG file of 16 bits is truncated: most of its pixels are missing.");

        compressed.Position = 0;
        using var pixels = new ZLibStream(compressed, CompressionMode.Decompress);
        var rgba = new byte[8 * width * height];
        var isTruncated = false;
        try
        {
            foreach (var pass in header[12] == 1 ? Adam7 : [(0, 0, 1, 1)])
                ReadPass(pixels, pass, width, height, channels, transparent, MemoryMarshal.Cast<byte, ushort>(rgba.AsSpan()));
        }
        catch (EndOfStreamException)
        {
            isTruncated = true;
        }
        catch (InvalidDataException e)
        {
            throw Damaged(e.Message);
        }

        return new(new(rgba, width, height, channels: 4, bits: 16)) { IsTruncated = isTruncated };
    }

    private static InvalidDataException Damaged(string what) => new($"the PNG file of 16 bits is damaged: {what}.");

    private static void ReadPass(
        Stream pixels, (int X, int Y, int StepX, int StepY) pass, int width, int height, int channels,
        ReadOnlySpan<byte> transparent, Span<ushort> rgba)
    {
        var columns = (width - pass.X + pass.StepX - 1) / pass.StepX;
        if (columns <= 0)
            return;
        var bytesPerPixel = 2 * channels;
        var (row, above) = (new byte[columns * bytesPerPixel], new byte[columns * bytesPerPixel]);
        for (var y = pass.Y; y < height; y += pass.StepY)
        {
            var filter = pixels.ReadByte();
            pixels.ReadExactly(row);
            Unfilter(filter, row, above, bytesPerPixel);
            for (var i = 0; i < columns; i++)
            {
                var pixel = row.AsSpan(i * bytesPerPixel, bytesPerPixel);
                var target = rgba.Slice(4 * (y * width + pass.X + i * pass.StepX), 4);
                var coloured = channels >= 3;
                for (var c = 0; c < 3; c++)
                    target[c] = BinaryPrimitives.ReadUInt16BigEndian(pixel[(coloured ? 2 * c : 0)..]);
                target[3] = channels is 2 or 4
                    ? BinaryPrimitives.ReadUInt16BigEndian(pixel[^2..])
                    : pixel.SequenceEqual(transparent) ? ushort.MinValue : ushort.MaxValue;
            }
            (row, above) = (above, row);
        }
    }

    private static void Unfilter(int filter, Span<byte> row, ReadOnlySpan<byte> above, int bytesPerPixel)
    {
        if (filter is < 0 or > 4)
            throw filter < 0 ? new EndOfStreamException() : new InvalidDataException($"row filter {filter} does not exist");
        for (var i = 0; i < row.Length; i++)
        {
            var left = i < bytesPerPixel ? 0 : row[i - bytesPerPixel];
            var diagonal = i < bytesPerPixel ? 0 : above[i - bytesPerPixel];
            row[i] += (byte)(filter switch
            {
                1 => left,
                2 => above[i],
                3 => (left + above[i]) / 2,
                4 => Paeth(left, above[i], diagonal),
                _ => 0,
            });
        }
    }

    private static int Paeth(int left, int above, int diagonal)
    {
        int byLeft = Math.Abs(above - diagonal), byAbove = Math.Abs(left - diagonal);
        var byDiagonal = Math.Abs(left + above - 2 * diagonal);
        return byLeft <= byAbove && byLeft <= byDiagonal ? left : byAbove <= byDiagonal ? above : diagonal;
    }
}
