namespace GanKit.Tests.Data;

/// <summary>Files that can't be read, and images that don't fit together.</summary>
public sealed class ImageBatchesFailureTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void MoveNext_BrokenFile_FailsByNameOnThisThread()
    {
        var set = _folder.Numbered(10);
        File.WriteAllBytes(_folder.File("005.png"), File.ReadAllBytes(_folder.File("005.png"))[..60]);
        var seen = 0;
        var failure = Assert.Throws<InvalidDataException>(() =>
        {
            foreach (var _ in set.Batches(4, shuffle: false, workers: 3))
                seen++;
        });
        Assert.Contains(_folder.File("005.png"), failure.Message);
        Assert.Contains("BrokenImages.Skip", failure.Message);
        Assert.Equal(1, seen);
    }

    [Fact]
    public void MoveNext_VanishedFile_FailsByName()
    {
        var set = _folder.Numbered(4);
        File.Delete(_folder.File("002.png"));
        var failure = Assert.Throws<InvalidDataException>(() => set.Batches(4).ToArray());
        Assert.Contains(_folder.File("002.png"), failure.Message);
        Assert.IsType<FileNotFoundException>(failure.InnerException);
    }

    [Fact]
    public void Epoch_SkippingBrokenFiles_FillsFromTheNextAndListsThem()
    {
        var set = _folder.Numbered(10);
        _folder.Write("001.png", [1, 2, 3]);
        _folder.Write("004.png", []);
        var batches = set.Batches(4, shuffle: false, onBroken: BrokenImages.Skip);
        Assert.Empty(batches.Broken);
        Assert.Equal([0, 2, 3, 5, 6, 7, 8, 9], NumberedImages.Epoch(batches));
        Assert.Equal(8, NumberedImages.Epoch(batches).Length);
        Assert.Equal([_folder.File("001.png"), _folder.File("004.png")], batches.Broken);
    }

    /// <summary>
    /// A broken image at the end leaves its row of the batch's memory unpainted, so that this is no whole batch.
    /// </summary>
    [Theory]
    [InlineData(5, 4, new[] { 0, 1, 2, 3, 4 })]
    [InlineData(3, 4, new[] { 0, 1, 2 })]
    [InlineData(3, 3, new[] { 0, 1, 2, 4, 5 })]
    public void Epoch_SkippingTheLast_HasNoRowForIt(int broken, int batchSize, int[] whole)
    {
        var set = _folder.Numbered(Math.Max(broken, whole[^1]) + 1);
        _folder.Write($"{broken:000}.png", [1, 2, 3]);
        var batches = set.Batches(batchSize, shuffle: false, dropLast: false, onBroken: BrokenImages.Skip);
        Assert.Equal(whole, NumberedImages.Epoch(batches));
        Assert.Equal(whole.Length, batches.Sum(batch => batch.Size));
    }

    /// <summary>What is left of two files is one image each, and no more.</summary>
    [Fact]
    public void Epoch_SkippingTheLastOfPairs_KeepsBothSidesTogether()
    {
        var (inputs, targets) = (_folder.Numbered(6), _folder.Numbered(6));
        var set = ImageDataset.Paired(inputs.Source, targets.Source);
        _folder.Write("005.png", [1, 2, 3]);
        var sizes = new List<long>();
        foreach (var batch in set.Batches(4, shuffle: false, dropLast: false, onBroken: BrokenImages.Skip))
        {
            Assert.Equal(NumberedImages.Numbers(batch.Real), NumberedImages.Numbers(batch.Condition!));
            sizes.Add(batch.Size);
        }

        Assert.Equal([4, 1], sizes);
    }

    [Fact]
    public void Epoch_TooFewWholeFiles_SaysSo()
    {
        var set = _folder.Numbered(4);
        _folder.Write("001.png", [1, 2, 3]);
        var message = Assert.Throws<InvalidDataException>(
            () => NumberedImages.Epoch(set.Batches(4, shuffle: false, onBroken: BrokenImages.Skip))).Message;
        Assert.Contains("1 of 4 images", message);
        Assert.Contains("001.png", message);
    }

    [Fact]
    public void MoveNext_ImagesOfTwoSizes_NamesBothFilesAndSizes()
    {
        _folder.WriteImage("a.png", 1, width: 8, height: 6);
        _folder.WriteImage("b.png", 2, width: 5, height: 6);
        var message = Assert.Throws<InvalidOperationException>(() => NumberedImages.Epoch(ImageFolder.Load(_folder.Path)
            .Batches(2, shuffle: false))).Message;
        foreach (var part in new[] { _folder.File("a.png"), _folder.File("b.png"), "(3, 6, 8)", "(3, 6, 5)", "Resize" })
            Assert.Contains(part, message);
        Assert.Equal([1, 2], NumberedImages.Epoch(ImageFolder.Load(_folder.Path).Resize(4, 4).Batches(2, shuffle: false)));
    }

    [Fact]
    public void MoveNext_CropDoesNotFit_NamesTheFile()
    {
        var message = Assert.Throws<InvalidOperationException>(() => NumberedImages.Epoch(_folder.Numbered(2).CenterCrop(9)
            .Batches(2, shuffle: false))).Message;
        Assert.Contains(_folder.File("000.png"), message);
        Assert.Contains("9 x 9", message);
    }
}
