namespace GanKit.Tests.Data;

public sealed class ImageFoldersTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    /// <summary>Two domains whose greys are their numbers, B's from 100.</summary>
    private ImageDataset Domains(int a, int b, string phase = "train", PairDirection direction = PairDirection.AToB)
    {
        for (var i = 0; i < a; i++)
            _folder.WriteImage($"{phase}A/{i:00}.png", (byte)i);
        for (var i = 0; i < b; i++)
            _folder.WriteImage($"{phase}B/{i:00}.png", (byte)(100 + i));
        return ImageFolders.Unpaired(_folder.Path, phase, direction, inputChannels: 1, targetChannels: 1);
    }

    private static (int Input, int Target)[] Epoch(Batches batches)
    {
        return [.. batches.SelectMany(batch => Levels(batch.Condition!).Zip(Levels(batch.Real)))];

        static int[] Levels(Tensor images)
        {
            using var scope = NewDisposeScope();
            return [.. ((images[TensorIndex.Colon, 0, 0, 0] + 1) * 127.5).round().to(int32).data<int>()];
        }
    }

    [Theory, InlineData(4, 9), InlineData(9, 4)]
    public void Unpaired_Epoch_IsAsLongAsTheLargerDomain(int a, int b)
    {
        var data = Domains(a, b);
        Assert.Equal(9, data.Count);
        var epoch = Epoch(data.Batches(2, seed: 1, dropLast: false));
        Assert.Equal(Enumerable.Range(0, 9).Select(i => i % a).Order(), epoch.Select(pair => pair.Input).Order());
        Assert.All(epoch, pair => Assert.InRange(pair.Target, 100, 99 + b));
    }

    [Fact]
    public void Unpaired_Targets_AreDrawnAnewEachEpochAndReachAll()
    {
        var batches = Domains(6, 6).Batches(6, seed: 4);
        var epochs = Enumerable.Range(0, 60).Select(_ => Epoch(batches)).ToArray();
        Assert.Equal(36, epochs.SelectMany(pairs => pairs).Distinct().Count());
        Assert.NotEqual(epochs[0].Order(), epochs[1].Order());
        var counts = epochs.SelectMany(pairs => pairs).CountBy(pair => pair.Target);
        Assert.All(counts, count => Assert.InRange(count.Value, 35, 90)); // 60 expected
        Assert.Equal(epochs[0], Epoch(Domains(6, 6).Batches(6, seed: 4)));
    }

    [Fact]
    public void Unpaired_NotShuffled_CountsBothRoundAndRound() =>
        Assert.Equal([(0, 100), (1, 101), (2, 100)], Epoch(Domains(3, 2).Batches(1, shuffle: false)));

    [Fact]
    public void Unpaired_CropsAndFlips_AreDrawnForEachDomain()
    {
        using var scope = NewDisposeScope();
        var noise = rand(3, 12, 12, generator: new Generator(1)) * 2 - 1;
        foreach (var name in new[] { "trainA", "trainB" })
            Images.Write(_folder.File(name, "same.png"), noise);
        var batches = ImageFolders.Unpaired(_folder.Path).RandomCrop(6).FlipHorizontally().Batches(1, seed: 1);
        var different = Enumerable.Range(0, 20)
            .SelectMany(_ => batches.Select(batch => !batch.Real.equal(batch.Condition!).all().item<bool>())).Count(
                differs => differs);
        Assert.InRange(different, 15, 20);
    }

    [Fact]
    public void Unpaired_DomainsOfTwoSizesAndChannels_NeedOneSizeEachAlone()
    {
        _folder.WriteImage("trainA/a.png", 1, width: 4, height: 4);
        _folder.WriteImage("trainB/b.png", 1, width: 9, height: 7);
        foreach (var batch in ImageFolders.Unpaired(_folder.Path, inputChannels: 1).CenterCrop(3).Batches(1))
        {
            Assert.Equal([1, 1, 3, 3], batch.Condition!.shape);
            Assert.Equal([1, 3, 3, 3], batch.Real.shape);
        }
    }

    [Fact]
    public void Unpaired_Direction_SwapsDomains() =>
        Assert.All(Epoch(Domains(3, 3, "test", PairDirection.BToA).Batches(1)), pair =>
            Assert.True(pair.Input >= 100 && pair.Target < 100));

    [Fact]
    public void Unpaired_Take_KeepsTheFirstOfEach()
    {
        var data = Domains(6, 3).Take(4);
        Assert.Equal(4, data.Count);
        Assert.Equal([(0, 100), (1, 101), (2, 102), (3, 100)], Epoch(data.Batches(1, shuffle: false)));
        Assert.All(Enumerable.Range(0, 10).SelectMany(_ => Epoch(Domains(6, 3).Take(2).Batches(1))), pair =>
            Assert.InRange(pair.Target, 100, 101));
        Assert.Throws<ArgumentOutOfRangeException>("count", () => data.Take(0));
        Assert.Throws<ArgumentOutOfRangeException>("count", () => Domains(6, 3).Take(7));
    }

    [Theory, InlineData("trainA"), InlineData("trainB")]
    public void Unpaired_BrokenFile_IsTheOneThatIsNamed(string side)
    {
        var data = Domains(3, 3);
        var path = _folder.Write($"{side}/01.png", [1, 2, 3]);
        var batches = data.Batches(1, shuffle: false, onBroken: BrokenImages.Skip);
        Assert.Equal([(0, 100), (2, 102)], Epoch(batches));
        Assert.Equal([path], batches.Broken);
        Assert.Contains(path, Assert.Throws<InvalidDataException>(() => Epoch(data.Batches(1, shuffle: false))).Message);
    }

    [Fact]
    public void Unpaired_NoSuchPhase_SaysWhatThereIs()
    {
        Domains(1, 1);
        var message = Assert.Throws<DirectoryNotFoundException>(() => ImageFolders.Unpaired(_folder.Path, "val")).Message;
        Assert.Contains(_folder.File("valA"), message);
        Assert.Contains("trainA, trainB", message);
        Assert.Contains(
            "'nowhere'", Assert.Throws<DirectoryNotFoundException>(() => ImageFolders.Unpaired("nowhere")).Message);
    }
}
