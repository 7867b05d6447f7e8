using System.IO.Compression;
using System.Text;

namespace GanKit.Tests.PyTorch.Files;

public class StoredZipWriterTests
{
    public static TheoryData<int> Lengths => [0, 1, 15, 16, 17, 100, 4097];

    /// <summary>The checksum of "123456789" is a matter of record; any split into pieces gives the same.</summary>
    [Fact]
    public void Crc32_OfTheUsualCheck_IsTheUsualOne()
    {
        Assert.Equal(0xCBF43926u, Crc32.Append(0, "123456789"u8));
        Assert.Equal(0u, Crc32.Append(0, []));
        var bytes = new byte[1000];
        new Random(1).NextBytes(bytes);
        var whole = Crc32.Append(0, bytes);
        for (var cut = 0; cut <= 100; cut++)
            Assert.Equal(whole, Crc32.Append(Crc32.Append(0, bytes.AsSpan(0, cut)), bytes.AsSpan(cut)));
    }

    /// <summary>.NET's archives check checksums and lengths.</summary>
    [Theory]
    [MemberData(nameof(Lengths))]
    public void Add_AnyLength_IsReadByZipArchive(int length)
    {
        var bytes = Enumerable.Range(0, length).Select(i => (byte)(i * 7)).ToArray();
        using var stream = new MemoryStream();
        var zip = new StoredZipWriter(stream);
        zip.Add("a", bytes);
        zip.Add("größer/b", bytes);
        zip.Finish();

        using var archive = new ZipArchive(stream);
        Assert.Equal(["a", "größer/b"], archive.Entries.Select(entry => entry.FullName));
        foreach (var entry in archive.Entries)
        {
            using var content = new MemoryStream();
            using (var opened = entry.Open())
                opened.CopyTo(content);
            Assert.Equal(bytes, content.ToArray());
            Assert.Equal(Crc32.Append(0, bytes), entry.Crc32);
        }
    }

    [Fact]
    public void Add_Data_BeginsAtMultiplesOf64()
    {
        using var stream = new MemoryStream();
        var zip = new StoredZipWriter(stream);
        for (var i = 0; i < 70; i++)
            zip.Add(new string('n', i + 1), Encoding.ASCII.GetBytes($"<{new string('x', i)}>"));
        zip.Finish();
        var bytes = stream.ToArray();
        var starts = Enumerable.Range(0, bytes.Length - 1)
            .Where(at => bytes[at] == '<' && bytes[at + 1] is (byte)'x' or (byte)'>').ToArray();
        Assert.Equal(70, starts.Length);
        Assert.All(starts, start => Assert.Equal(0, start % 64));
    }

    [Fact]
    public void Finish_MoreEntriesThan16BitsCount_IsReadByZipArchive()
    {
        using var stream = new MemoryStream();
        var zip = new StoredZipWriter(stream);
        for (var i = 0; i < 70_000; i++)
            zip.Add($"{i}", default);
        zip.Finish();
        using var archive = new ZipArchive(stream);
        Assert.Equal(70_000, archive.Entries.Count);
    }

    [Fact]
    public void Add_OtherLengthThanPromised_IsAnError()
    {
        var zip = new StoredZipWriter(Stream.Null);
        Assert.Throws<InvalidOperationException>(() => zip.Add("a", 3, sink => sink([1, 2])));
    }
}
