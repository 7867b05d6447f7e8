using System.IO.Compression;

namespace GanKit.Tests.PyTorch;

/// <summary>Packed bytes are read from anywhere, and never more of them than were announced.</summary>
public class DeflatedDataTests
{
    private static readonly byte[] Content = [.. Enumerable.Range(0, 50_000).Select(i => (byte)(i / 100 * 31))];

    [Fact]
    public void Read_InAnyOrder_GivesTheBytes()
    {
        using var data = new DeflatedData(new MemoryData(Pack()), Content.Length);
        foreach (var (start, length) in new[] { (0, 10), (10, 10), (40_000, 10_000), (5, 3), (5, 0), (30_000, 20_000),
            (0, 50_000) })
        {
            var read = new byte[length];
            data.Read(start, read);
            Assert.Equal(Content[start..(start + length)], read);
        }
    }

    [Fact]
    public void Read_BackAndForth_UnpacksOnce()
    {
        var packed = new CountedData(new MemoryData(Pack()));
        using var data = new DeflatedData(packed, Content.Length);
        for (var i = 0; i < 1_000; i++)
        {
            var read = new byte[2];
            data.Read((i + 1) % 2 * 40_000, read);
            Assert.Equal(Content[((i + 1) % 2 * 40_000)..][..2], read);
        }

        Assert.InRange(packed.BytesRead, 1, 3 * packed.Length);
    }

    [Fact]
    public void Read_BackAndForthInMoreThanIsKept_IsLimited()
    {
        using var data = new DeflatedData(new MemoryData(Pack()), 1L << 29);
        var read = new byte[2];
        for (var i = 0; i < 100; i++)
            data.Read(100 - i, read);

        Assert.Equal(Content[1..3], read);
        Assert.Contains(
            "more than 100 times",
            Assert.Throws<CheckpointFormatException>(() => data.Read(0, read)).Message,
            StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(-1, 1)]
    [InlineData(49_999, 2)]
    [InlineData(60_000, 0)]
    public void Read_BeyondTheEnd_Throws(long start, int length)
    {
        using var data = new DeflatedData(new MemoryData(Pack()), Content.Length);

        Assert.Throws<CheckpointFormatException>(() => data.Read(start, new byte[length]));
    }

    [Fact]
    public void Read_FewerBytesThanAnnounced_Throws()
    {
        using var data = new DeflatedData(new MemoryData(Pack()), Content.Length + 1);

        Assert.Contains(
            "end after 50000 of 50001",
            Assert.Throws<CheckpointFormatException>(() => data.ToArray()).Message,
            StringComparison.Ordinal);
    }

    [Fact]
    public void Read_BrokenBytes_Throws()
    {
        using var data = new DeflatedData(new MemoryData(new byte[] { 0xff, 0xff, 0xff }), 10);

        Assert.Contains(
            "broken", Assert.Throws<CheckpointFormatException>(() => data.ToArray()).Message, StringComparison.Ordinal);
    }

    private sealed class CountedData(StorageData data) : StorageData
    {
        internal long BytesRead { get; private set; }

        internal override long Length => data.Length;

        internal override void Read(long offset, Span<byte> destination)
        {
            BytesRead += destination.Length;
            data.Read(offset, destination);
        }
    }

    private static byte[] Pack()
    {
        using var stream = new MemoryStream();
        using (var deflate = new DeflateStream(stream, CompressionLevel.Optimal))
            deflate.Write(Content);
        return stream.ToArray();
    }
}
