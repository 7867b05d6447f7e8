using static GanKit.Tests.Data.Sets.IdxBytes;

namespace GanKit.Tests.Data.Sets;

public sealed class FashionMnistTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private FashionMnistFiles Files => new([_folder.File("first"), _folder.File("second")], _folder.File("second"));

    private void Put(string place, string prefix = "train")
    {
        _folder.Write($"{place}/{prefix}-images-idx3-ubyte.gz", Gzip(Images(2, 28, 28)));
        _folder.Write($"{place}/{prefix}-labels-idx1-ubyte", Labels(9, 1));
    }

    [Fact]
    public async Task LocateAsync_SeveralPlaces_TakesTheFirstThatHasBothFiles()
    {
        var downloader = new Downloader(FakeServer.Offline, null, default);
        Put("second");
        Assert.Equal(_folder.File("second"), await Files.LocateAsync(DatasetSplit.Train, downloader));
        _folder.Write("first/train-images-idx3-ubyte", Images(2, 28, 28));
        Assert.Equal(_folder.File("second"), await Files.LocateAsync(DatasetSplit.Train, downloader));
        Put("first");
        Assert.Equal(_folder.File("first"), await Files.LocateAsync(DatasetSplit.Train, downloader));
    }

    [Fact]
    public async Task LocateAsync_Offline_SaysHowToGetTheFiles()
    {
        var message = (await Assert.ThrowsAsync<FileNotFoundException>(() => Files.LocateAsync(DatasetSplit.Test,
            new(FakeServer.Offline, null, default)))).Message;
        Assert.Contains("No such host is known", message);
        Assert.Contains("apt-get install dataset-fashion-mnist", message);
        Assert.Contains("t10k-images-idx3-ubyte.gz and t10k-labels-idx1-ubyte.gz", message);
        Assert.Contains(_folder.File("first"), message);
        Assert.Empty(Directory.EnumerateFiles(_folder.Path, "*", SearchOption.AllDirectories));
    }

    [Fact]
    public async Task LocateAsync_WrongContentFromEveryServer_ThrowsAndKeepsNothing()
    {
        using var server = new FakeServer(_ => new ByteArrayContent(Gzip(Images(2, 28, 28))));
        await Assert.ThrowsAsync<InvalidDataException>(() => Files.LocateAsync(DatasetSplit.Train, new(server, null, default)));
        Assert.Equal(
            ["raw.githubusercontent.com", "fashion-mnist.s3-website.eu-central-1.amazonaws.com"], server.Requests.Select(
                r => r.Host));
        Assert.Empty(Directory.EnumerateFiles(_folder.Path, "*", SearchOption.AllDirectories));
    }

    [Fact]
    public async Task Load_GivenFolder_ReadsIt()
    {
        Put(".");
        Put(".", "t10k");
        var set = await FashionMnist.LoadAsync(DatasetSplit.Test, _folder.Path, cancellationToken: Token);
        Assert.Equal(2, set.Count);
        Assert.Equal("Ankle boot", set.Classes[(int)set.Source.Label(0)!.Value]);
        foreach (var batch in FashionMnist.Load(folder: _folder.Path, cancellationToken: Token).Resize(32)
            .Batches(2, seed: 1))
        {
            Assert.Equal([2, 1, 32, 32], batch.Real.shape);
            Assert.Equal([1L, 9], batch.Condition!.data<long>().Order());
        }
    }

    [Fact]
    public void Load_GivenFolderWithoutFiles_NamesTheFile() =>
        Assert.Contains(
            "train-images-idx3-ubyte",
            Assert.Throws<FileNotFoundException>(() => FashionMnist.Load(folder: _folder.Path, cancellationToken: Token))
                .Message);

    [Fact]
    public void OfThisMachine_DataVariable_ComesFirstAndIsTheTarget()
    {
        var before = Environment.GetEnvironmentVariable(FashionMnist.DataVariable);
        try
        {
            Environment.SetEnvironmentVariable(FashionMnist.DataVariable, _folder.Path);
            var files = FashionMnistFiles.OfThisMachine;
            Assert.Equal(_folder.File("fashion-mnist"), files.Places[0]);
            Assert.Equal(_folder.File("fashion-mnist"), files.Target);
            Assert.Equal("/usr/share/datasets/fashion-mnist", files.Places[1]);

            Environment.SetEnvironmentVariable(FashionMnist.DataVariable, null);
            files = FashionMnistFiles.OfThisMachine;
            Assert.Equal("/usr/share/datasets/fashion-mnist", files.Places[0]);
            Assert.EndsWith(Path.Combine("gankit", "fashion-mnist"), files.Target);
        }
        finally
        {
            Environment.SetEnvironmentVariable(FashionMnist.DataVariable, before);
        }
    }
}
