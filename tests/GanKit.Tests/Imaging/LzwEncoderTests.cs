namespace GanKit.Tests.Imaging;

public class LzwEncoderTests
{
    /// <summary>Viewers stop at the last pixel and forgive a wrong end; a strict reader does not.</summary>
    [Fact]
    public void Write_OfAnyLength_EndsWithTheEndCodeInTheRightWidth()
    {
        var random = new Random(1);
        for (var length = 1; length < 600; length++)
        {
            byte[] indices = [.. Enumerable.Range(0, length).Select(_ => (byte)random.Next(4))];
            using var output = new MemoryStream();
            LzwEncoder.Write(output, indices, indexBits: 2);
            Assert.Equal(indices, Decode(output.ToArray()));
        }
    }

    private static List<byte> Decode(byte[] data)
    {
        var bytes = new List<byte>();
        for (var at = 1; data[at] > 0; at += data[at] + 1)
            bytes.AddRange(data.AsSpan(at + 1, data[at]));
        var (clear, position, width) = (1 << data[0], 0, data[0] + 1);
        var table = new List<byte[]>();
        var pixels = new List<byte>();
        byte[]? before = null;
        while (true)
        {
            var code = 0;
            for (var bit = 0; bit < width; bit++, position++)
                code |= (bytes[position / 8] >> (position % 8) & 1) << bit;
            if (code == clear + 1)
                break;
            if (code == clear)
            {
                table = [.. Enumerable.Range(0, clear).Select(index => new[] { (byte)index }), [], []];
                (width, before) = (data[0] + 1, null);
                continue;
            }

            var entry = code < table.Count ? table[code] : [.. before!, before![0]];
            pixels.AddRange(entry);
            if (before is not null && table.Count < 4096)
                table.Add([.. before, entry[0]]);
            if (table.Count == 1 << width && width < 12)
                width++;
            before = entry;
        }

        Assert.Equal(bytes.Count, (position + 7) / 8);
        return pixels;
    }
}
