using System.Buffers.Binary;
using System.IO.Compression;

namespace GanKit.Tests.Data.Sets;

/// <summary>IDX files made by hand.</summary>
internal static class IdxBytes
{
    public static byte[] Images(int count, int height, int width) =>
        Make(0x803, [count, height, width], [.. Enumerable.Range(0, count * height * width).Select(i => (byte)(7 * i))]);

    public static byte[] Labels(params byte[] labels) => Make(0x801, [labels.Length], labels);

    public static byte[] Make(int magic, int[] shape, byte[] values)
    {
        var bytes = new List<byte>();
        foreach (var number in new[] { magic }.Concat(shape))
        {
            var word = new byte[4];
            BinaryPrimitives.WriteInt32BigEndian(word, number);
            bytes.AddRange(word);
        }
        return [.. bytes, .. values];
    }

    public static byte[] Gzip(byte[] bytes)
    {
        using var packed = new MemoryStream();
        using (var gzip = new GZipStream(packed, CompressionLevel.Fastest))
            gzip.Write(bytes);
        return packed.ToArray();
    }
}
