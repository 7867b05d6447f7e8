namespace GanKit.Tests.Data;

public sealed class ImagePairsTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    /// <summary>Noise whose right half is the left one, lighter by 50 of 255 levels.</summary>
    private void WriteSideBySide(string name, int side, long seed, int channels = 3)
    {
        using var scope = NewDisposeScope();
        var left = rand(channels, side, side, generator: new Generator((ulong)seed)) * 1.5 - 1;
        Images.Write(_folder.File(name), cat([left, left + 100 / 255.0], 2));
    }

    private void WriteNoise(string name, int height, int width, long seed)
    {
        using var scope = NewDisposeScope();
        Images.Write(_folder.File(name), rand(3, height, width, generator: new Generator((ulong)seed)) * 2 - 1);
    }

    private static Tensor Luma(Tensor image) => // (B, 3, H, W) to (B, 1, H, W)
        0.299 * image.narrow(1, 0, 1) + 0.587 * image.narrow(1, 1, 1) + 0.114 * image.narrow(1, 2, 1);

    [Fact]
    public void SideBySide_Direction_SaysWhichHalfIsGiven()
    {
        using var scope = NewDisposeScope();
        var halves = cat([full([3, 4, 5], -1f), full([3, 4, 5], 1f)], 2);
        Images.Write(_folder.File("train", "1.png"), halves);

        void AssertCondition(float expected, PairDirection? direction)
        {
            var pairs = direction is { } given ? ImagePairs.SideBySide(_folder.File("train"), given) : ImagePairs.SideBySide(_folder.File("train"));
            foreach (var batch in pairs.Batches(1))
            {
                Assert.Equal([1, 3, 4, 5], batch.Real.shape);
                Assert.True(batch.Condition!.allclose(full([1, 3, 4, 5], expected)));
                Assert.True(batch.Real.allclose(full([1, 3, 4, 5], -expected)));
            }
        }

        AssertCondition(-1, null);
        AssertCondition(-1, PairDirection.AToB);
        AssertCondition(1, PairDirection.BToA);
    }

    [Fact]
    public void SideBySide_CropsAndFlips_AreTheSameForBothHalves()
    {
        for (var i = 0; i < 6; i++)
            WriteSideBySide($"{i}.png", 14, i);
        var data = ImagePairs.SideBySide(_folder.Path).Resize(16, 16).RandomCrop(9).FlipHorizontally();
        var seen = new HashSet<float>();
        foreach (var batch in data.Batches(6, seed: 1).Concat(data.Batches(6, seed: 2)))
        {
            using var scope = NewDisposeScope();
            Assert.Equal([6, 3, 9, 9], batch.Condition!.shape);
            // Rounded to levels once, in the file; resizing is linear.
            Assert.InRange((batch.Real - batch.Condition - 100 / 255.0).abs().max().item<float>(), 0, 3 / 255f);
            seen.Add(batch.Real[0, 0, 0, 0].item<float>());
        }
        Assert.Equal(2, seen.Count);
    }

    [Theory, InlineData(1, 3), InlineData(3, 1), InlineData(1, 1), InlineData(4, 1)]
    public void SideBySide_ChannelCounts_MayDiffer(int inputs, int targets)
    {
        for (var i = 0; i < 4; i++)
            WriteSideBySide($"{i}.png", 12, i);

        foreach (var batch in ImagePairs.SideBySide(_folder.Path, PairDirection.AToB, inputs, targets).RandomCrop(7).FlipHorizontally()
            .Batches(4, seed: 5))
        {
            using var scope = NewDisposeScope();
            Assert.Equal([4, inputs, 7, 7], batch.Condition!.shape);
            Assert.Equal([4, targets, 7, 7], batch.Real.shape);
            var (input, target) = (
                inputs >= 3 ? Luma(batch.Condition) : batch.Condition, targets == 3 ? Luma(batch.Real) : batch.Real);
            Assert.InRange((target - input - 100 / 255.0).abs().max().item<float>(), 0, 3 / 255f);
        }
    }

    [Fact]
    public void SideBySide_OddWidth_LeavesTheMiddleColumnToB()
    {
        WriteNoise("a.png", 4, 7, 1);
        var (input, target) = ((ImagePairSource)ImagePairs.SideBySide(_folder.Path).Source).OpenPair(0);
        Assert.Equal([3, 4, 3], input.Shape);
        Assert.Equal([3, 4, 4], target.Shape);

        var message = Assert.Throws<InvalidOperationException>(() => ImagePairs.SideBySide(_folder.Path).RandomCrop(2)
            .Batches(1).ToArray()).Message;
        Assert.Contains("a.png", message);
        Assert.Contains("4 x 4 (height x width) and another 4 x 3", message);
        Assert.Single(ImagePairs.SideBySide(_folder.Path).Resize(6, 6).RandomCrop(2).Batches(1));
    }

    [Fact]
    public void SideBySide_OneColumn_IsBroken()
    {
        WriteNoise("thin.png", 4, 1, 1);
        WriteNoise("wide.png", 4, 2, 1);
        var data = ImagePairs.SideBySide(_folder.Path);
        Assert.Contains(
            "one column wide", Assert.Throws<InvalidDataException>(() => data.Batches(1, shuffle: false).ToArray())
                .Message);
        var batches = data.Batches(1, onBroken: BrokenImages.Skip);
        Assert.Single(batches);
        Assert.Equal([_folder.File("thin.png")], batches.Broken);
    }

    [Fact]
    public void Folders_MatchByNameWithoutExtension()
    {
        foreach (var (name, grey) in new[] { ("in/b.png", 1), ("in/a.png", 2), ("in/x/a.png", 3), ("out/x/a.jpg", 103),
            ("out/a.jpg", 102), ("out/b.bmp", 101) })
            _folder.WriteImage(name, (byte)grey);
        var data = ImagePairs.Folders(_folder.File("in"), _folder.File("out"), inputChannels: 1, targetChannels: 3);
        Assert.Equal(3, data.Count);
        foreach (var batch in data.Batches(3, shuffle: false))
        {
            using var scope = NewDisposeScope();
            Assert.Equal([3, 1, 8, 8], batch.Condition!.shape);
            Assert.Equal([3, 3, 8, 8], batch.Real.shape);
            Assert.Equal([2f, 1, 3], Levels(batch.Condition));
            Assert.Equal([102f, 101, 103], Levels(batch.Real));
        }

        static float[] Levels(Tensor images) =>
            ((images[TensorIndex.Colon, 0, 0, 0] + 1) * 127.5).round().data<float>().ToArray();
    }

    [Fact]
    public void Folders_WithoutPartners_ListsThem()
    {
        foreach (var name in new[] { "in/a.png", "in/b.png", "out/a.png", "out/c.png" }.Concat(
            Enumerable.Range(0, 8).Select(i => $"out/d{i}.png")))
            _folder.Write(name, [1]);
        var message = Assert.Throws<InvalidDataException>(() => ImagePairs.Folders(_folder.File("in"), _folder.File("out")))
            .Message;
        Assert.Contains($"1 of 2 in '{_folder.File("in")}' has no partner in '{_folder.File("out")}': b.png", message);
        Assert.Contains(
            $"9 of 10 in '{_folder.File("out")}' have no partner in '{_folder.File("in")}': c.png, d0.png, d1.png, "
            + "d2.png, d3.png and 4 more", message);
    }

    [Fact]
    public void Folders_TwoFilesOfOneName_NamesThem()
    {
        foreach (var name in new[] { "in/a.png", "in/a.jpg", "out/a.png" })
            _folder.Write(name, [1]);
        var message = Assert.Throws<InvalidDataException>(() => ImagePairs.Folders(_folder.File("in"), _folder.File("out")))
            .Message;
        Assert.Contains("has both 'a.jpg' and 'a.png'", message);
    }

    [Theory, InlineData("in"), InlineData("out")]
    public void Folders_BrokenFile_IsTheOneThatIsNamed(string side)
    {
        foreach (var name in new[] { "in/a.png", "in/b.png", "out/a.png", "out/b.png" })
            _folder.WriteImage(name, 5);
        _folder.Write($"{side}/b.png", [1, 2, 3]);
        var batches = ImagePairs.Folders(_folder.File("in"), _folder.File("out")).Batches(1, onBroken: BrokenImages.Skip);
        Assert.Single(batches);
        Assert.Equal([Path.Combine(_folder.File(side), "b.png")], batches.Broken);
        Assert.Contains(batches.Broken[0], Assert.Throws<InvalidDataException>(() =>
            ImagePairs.Folders(_folder.File("in"), _folder.File("out")).Batches(2).ToArray()).Message);
    }

    [Fact]
    public void Folders_DifferentSizes_CropOnlyAfterResizing()
    {
        WriteNoise("in/a.png", 8, 8, 1);
        WriteNoise("out/a.png", 12, 12, 2);
        var data = ImagePairs.Folders(_folder.File("in"), _folder.File("out"));
        Assert.Contains(
            "must have one size to be cropped alike",
            Assert.Throws<InvalidOperationException>(() => data.CenterCrop(4).Batches(1).ToArray()).Message);
        Assert.Single(data.Resize(10, 10).RandomCrop(4).Batches(1));
        Assert.Single(data.FlipHorizontally().Batches(1));
    }

    [Theory, InlineData(1), InlineData(3)]
    public void Colorization_Input_IsTheTargetsLuma(int channels)
    {
        for (var i = 0; i < 3; i++)
            WriteNoise($"{i}.png", 10, 10, i);
        foreach (var batch in ImagePairs.Colorization(_folder.Path, channels).RandomCrop(6).FlipHorizontally().Batches(3))
        {
            using var scope = NewDisposeScope();
            Assert.Equal([3, channels, 6, 6], batch.Condition!.shape);
            Assert.True(batch.Condition.allclose(Luma(batch.Real).expand(-1, channels, -1, -1), atol: 1e-5));
        }
    }

    [Fact]
    public void Methods_BadChannels_Throw()
    {
        _folder.WriteImage("a.png", 1);
        Assert.Throws<ArgumentOutOfRangeException>(
            "inputChannels", () => ImagePairs.SideBySide(_folder.Path, inputChannels: 2));
        Assert.Throws<ArgumentOutOfRangeException>(
            "targetChannels", () => ImagePairs.SideBySide(_folder.Path, targetChannels: 0));
        Assert.Throws<ArgumentOutOfRangeException>(
            "inputChannels", () => ImagePairs.Folders(_folder.Path, _folder.Path, inputChannels: 5));
        Assert.Throws<ArgumentOutOfRangeException>(
            "targetChannels", () => ImagePairs.Folders(_folder.Path, _folder.Path, targetChannels: 2));
        Assert.Throws<ArgumentOutOfRangeException>("inputChannels", () => ImagePairs.Colorization(_folder.Path, 4));
    }

    [Fact]
    public void Methods_NoFolder_NamesIt()
    {
        _folder.WriteImage("in/a.png", 1);
        foreach (var load in new Func<ImageDataset>[]
        {
            () => ImagePairs.SideBySide(_folder.File("nowhere")), () => ImagePairs.Colorization(_folder.File("nowhere")),
            () => ImagePairs.Folders(_folder.File("in"), _folder.File("nowhere")), () =>
                ImagePairs.Folders(_folder.File("nowhere"), _folder.File("in")),
        })
            Assert.Contains("nowhere", Assert.Throws<DirectoryNotFoundException>(load).Message);
    }
}
