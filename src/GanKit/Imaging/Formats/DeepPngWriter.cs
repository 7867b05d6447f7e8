using System.Buffers.Binary;
using System.IO.Compression;

namespace GanKit;

/// <summary>Writes PNG of 16 bits a channel, which Skia would not make of grey.</summary>
internal static class DeepPngWriter
{
    private const byte Up = 2;

    /// <summary>Encodes grey, RGB or RGBA.</summary>
    /// <param name="pixels">Two bytes a value, the most significant one first.</param>
    internal static byte[] Encode(PixelBuffer pixels)
    {
        using var file = new MemoryStream();
        file.Write(PngChunks.Signature);
        var header = new byte[13];
        BinaryPrimitives.WriteInt32BigEndian(header, pixels.Width);
        BinaryPrimitives.WriteInt32BigEndian(header.AsSpan(4), pixels.Height);
        (header[8], header[9]) = (16, (byte)(pixels.Channels switch { 1 => 0, 3 => 2, _ => 6 }));
        PngChunks.Write(file, "IHDR"u8, header);

        using var packed = new MemoryStream();
        using (var deflate = new ZLibStream(packed, CompressionLevel.Optimal, leaveOpen: true))
        {
            var length = 2 * pixels.Channels * pixels.Width;
            ReadOnlySpan<byte> above = new byte[length];
            var filtered = new byte[1 + length];
            filtered[0] = Up;
            for (var y = 0; y < pixels.Height; y++)
            {
                var row = pixels.Bytes.AsSpan(y * length, length);
                for (var i = 0; i < length; i++)
                    filtered[1 + i] = (byte)(row[i] - above[i]);
                deflate.Write(filtered);
                above = row;
            }
        }

        PngChunks.Write(file, "IDAT"u8, packed.GetBuffer().AsSpan(0, (int)packed.Length));
        PngChunks.Write(file, "IEND"u8, []);
        return file.ToArray();
    }
}
