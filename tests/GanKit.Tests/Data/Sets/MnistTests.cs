using static GanKit.Tests.Data.Sets.IdxBytes;

namespace GanKit.Tests.Data.Sets;

public sealed class MnistTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    private string Message(byte[] images, byte[]? labels = null) =>
        Assert.Throws<InvalidDataException>(() => Mnist.LoadFiles(_folder.Write("images", images), labels is null ? null
            : _folder.Write("labels", labels))).Message;

    [Theory, InlineData(false), InlineData(true)]
    public void Load_RawAndGzip_GivesImagesAndLabels(bool compressed)
    {
        foreach (var (prefix, split) in new[] { ("train", DatasetSplit.Train), ("t10k", DatasetSplit.Test) })
        {
            var (images, labels) = (Images(3, 2, 4), Labels(9, 0, (byte)prefix.Length));
            _folder.Write($"{prefix}-images-idx3-ubyte" + (compressed ? ".gz" : ""), compressed ? Gzip(images) : images);
            _folder.Write($"{prefix}-labels-idx1-ubyte" + (compressed ? ".gz" : ""), compressed ? Gzip(labels) : labels);
            var set = Mnist.Load(_folder.Path, split);
            Assert.Equal(3, set.Count);
            Assert.Equal("7", set.Classes[7]);
            Assert.Equal([9L, 0, prefix.Length], Enumerable.Range(0, 3).Select(i => set.Source.Label(i)!.Value));
            using var image = set.Source.Open(2).ToTensor();
            Assert.Equal([1, 2, 4], image.shape);
            Assert.Equal(
                Enumerable.Range(16, 8).Select(i => (byte)(7 * i) * (2 / 255f) - 1), image.data<float>().ToArray());
        }
    }

    [Fact]
    public void LoadFiles_NoLabels_HasNone()
    {
        var set = Mnist.LoadFiles(_folder.Write("images", Images(2, 2, 2)));
        Assert.Empty(set.Classes);
        foreach (var batch in set.Batches(2))
            Assert.Null(batch.Condition);
    }

    [Theory, InlineData(false), InlineData(true)]
    public void LoadFiles_CutAnywhere_SaysTruncated(bool compressed)
    {
        var whole = Images(3, 5, 4);
        for (var length = 0; length < whole.Length; length += 5)
            Assert.Contains("is truncated", Message(compressed ? Gzip(whole[..length]) : whole[..length]));
    }

    [Fact]
    public void LoadFiles_GzipCutShort_NamesTheFile() => Assert.Contains("images'", Message(Gzip(Images(30, 5, 4))[..^40]));

    [Fact]
    public void LoadFiles_DamagedGzip_NamesTheFile()
    {
        var packed = Gzip(Images(30, 5, 4));
        packed[10] |= 0b110; // a kind of block that deflate does not have
        Assert.Contains("images' is damaged", Message(packed));
    }

    [Fact]
    public void LoadFiles_TooLong_SaysSo() =>
        Assert.Contains("goes on after the 3 x 5 x 4 images", Message([.. Images(3, 5, 4), 0]));

    [Fact]
    public void LoadFiles_LabelsForImages_SaysSo()
    {
        var message = Message(Labels(1, 2, 3));
        Assert.Contains("begins with 0x00000801 where 0x00000803 belongs (these are labels)", message);
    }

    [Theory, InlineData(0), InlineData(-1), InlineData(int.MaxValue)]
    public void LoadFiles_ImpossibleSize_SaysSo(int size) =>
        Assert.Contains("impossible sizes", Message(Make(0x803, [3, size, 40], [])));

    [Fact]
    public void LoadFiles_GzipHeaderBeyondWhatItsBytesCanUnpackTo_SaysTruncatedWithoutTheMemory()
    {
        var before = GC.GetTotalAllocatedBytes(precise: true);
        Assert.Contains("truncated", Message(Gzip(Make(0x803, [100, 1000, 1000], [1, 2, 3]))));
        Assert.InRange(GC.GetTotalAllocatedBytes(precise: true) - before, 0, 10_000_000);
    }

    [Fact]
    public void LoadFiles_CountsDisagree_SaysBoth()
    {
        var message = Message(Images(3, 2, 2), Labels(1, 2));
        Assert.Contains("3 images", message);
        Assert.Contains("2 labels", message);
    }

    [Fact]
    public void LoadFiles_LabelOutOfRange_SaysWhereAndWhatIsAllowed() =>
        Assert.Contains("index 1 of", Message(Images(3, 2, 2), Labels(1, 10, 2)));

    [Fact]
    public void LoadFiles_LabelOutOfRangeOfGivenClasses_SaysValueAndRange()
    {
        var (images, labels) = (_folder.Write("images", Images(3, 2, 2)), _folder.Write("labels", Labels(1, 0, 2)));
        var message = Assert.Throws<InvalidDataException>(() => Mnist.LoadFiles(images, labels, ["no", "yes"])).Message;
        Assert.Contains("is 2, but labels go from 0 to 1", message);
    }

    [Fact]
    public void Load_MissingFile_NamesIt() =>
        Assert.Contains(
            "train-images-idx3-ubyte", Assert.Throws<FileNotFoundException>(() => Mnist.Load(_folder.Path)).Message);
}
