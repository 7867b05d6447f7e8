namespace GanKit.Tests.PyTorch;

public sealed class LoadWeightsAsyncTests : IDisposable
{
    private readonly DisposeScope _scope = NewDisposeScope();
    private readonly TemporaryFolder _folder = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose()
    {
        _folder.Dispose();
        _scope.Dispose();
    }

    [Theory]
    [InlineData("weights.pth", false)]
    [InlineData("weights.safetensors", true)]
    [InlineData("weights.dat", true)]
    public async Task LoadWeightsAsync_EqualsLoadWeights(string name, bool cancellable)
    {
        var (written, read, again) = (Network(), Network(), Network());
        written.to(ScalarType.Float16);
        written.SaveWeights(_folder.File(name));
        again.LoadWeights(_folder.File(name), new(), out var expected);

        using var source = new CancellationTokenSource();
        var report = await read.LoadWeightsAsync(
            _folder.File(name), cancellationToken: cancellable ? source.Token : CancellationToken.None);

        Assert.Equal(expected.ToString(), report.ToString());
        Assert.Equal(again.state_dict().Count, report.Loaded.Count);
        AssertSame(again, Copy(read));
    }

    [Fact]
    public async Task LoadWeightsAsync_CancelledWhileItChooses_LeavesTheWeights()
    {
        Network().SaveWeights(_folder.File("weights.pth"));
        var network = Network();
        var before = Copy(network);
        using var source = new CancellationTokenSource();
        var options = new PyTorchLoadOptions { Ignore = _ => { source.Cancel(); return false; } };

        await Assert.ThrowsAnyAsync<OperationCanceledException>(
            () => network.LoadWeightsAsync(_folder.File("weights.pth"), options, source.Token));
        AssertSame(network, before);

        using var file = PyTorchFile.Open(_folder.File("weights.pth"));
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => network.LoadWeightsAsync(file, null, source.Token));
        await network.LoadWeightsAsync(file, null, Token); // the file is still usable
        Assert.False(network.state_dict().Values.First().equal(before.Values.First()).all().item<bool>());
    }

    /// <summary>Whenever it is cancelled, all weights are the old ones or all are the new ones.</summary>
    [Theory]
    [InlineData(0)]
    [InlineData(2)]
    [InlineData(5)]
    [InlineData(10)]
    public async Task LoadWeightsAsync_CancelledAtAnyTime_LoadsAllOrNone(int milliseconds)
    {
        using var written = nn.Sequential(Enumerable.Range(0, 8).Select(_ => (nn.Module<Tensor, Tensor>)nn.Linear(800, 800)));
        using var network = nn.Sequential(Enumerable.Range(0, 8).Select(_ => (nn.Module<Tensor, Tensor>)nn.Linear(800, 800)));
        written.SaveWeights(_folder.File("weights.safetensors"));
        var before = Copy(network);
        using var source = new CancellationTokenSource();
        source.CancelAfter(milliseconds);
        var isLoaded = true;
        try
        {
            await network.LoadWeightsAsync(_folder.File("weights.safetensors"), null, source.Token);
        }
        catch (OperationCanceledException)
        {
            isLoaded = false;
        }

        AssertSame(network, isLoaded ? Copy(written) : before);
    }

    [Fact]
    public void Read_CancelledBetweenStretches_Stops()
    {
        const int Stretches = 3, Floats = 1 << 22;
        using var source = new CancellationTokenSource();
        var storage = new CancellingData(source, Stretches * Floats * 4L);
        Assert.Throws<OperationCanceledException>(() => new PyTorchTensor(
            storage, PyTorchDtype.Of(ScalarType.Float32), [Stretches * Floats]).Read(source.Token));
        Assert.Equal(1, storage.Reads);
    }

    [Fact]
    public async Task LoadWeightsAsync_NoSuchFileOrWrongNetwork_FailsAsLoadWeightsDoes()
    {
        var network = Network();
        await Assert.ThrowsAsync<FileNotFoundException>(() => network.LoadWeightsAsync(_folder.File("none.pth"), cancellationToken: Token));
        nn.Linear(2, 2).SaveWeights(_folder.File("other.pth"));
        await Assert.ThrowsAsync<StateDictMismatchException>(
            () => network.LoadWeightsAsync(_folder.File("other.pth"), cancellationToken: Token));
    }

    [Fact]
    public async Task OpenAsync_WaitsForTheStreamWithoutAThread()
    {
        var network = Network();
        network.SaveWeights(_folder.File("weights.pth"));
        using var stream = new WaitingStream(File.ReadAllBytes(_folder.File("weights.pth")));

        var opening = PyTorchFile.OpenAsync(stream, Token);
        Assert.False(opening.IsCompleted);
        stream.Arrived.SetResult();
        using var file = await opening;

        AssertSame(network, file.StateDicts[0].Read());
    }

    [Fact]
    public async Task OpenAsync_Cancelled_EndsWhileTheStreamWaits()
    {
        using var source = new CancellationTokenSource();
        using var stream = new WaitingStream([1, 2, 3]);
        var opening = PyTorchFile.OpenAsync(stream, source.Token);
        await source.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => opening);
    }

    [Fact]
    public async Task FromCheckpointAsync_EqualsFromCheckpoint()
    {
        using var written = new DcganGenerator(imageSize: 16, width: 4);
        written.SaveWeights(_folder.File("netG.pth"));
        using var expected = GeneratorFactory.FromCheckpoint(_folder.File("netG.pth"), new(), out var recognition);
        var (generator, asyncRecognition) = await GeneratorFactory.FromCheckpointAsync(_folder.File("netG.pth"), cancellationToken: Token);
        using (generator)
        {
            Assert.Equal(recognition.ToString(), asyncRecognition.ToString());
            Assert.False(generator.training);
            AssertSame(expected, Copy(generator));
        }

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => GeneratorFactory.FromCheckpointAsync(
            _folder.File("netG.pth"), cancellationToken: new(canceled: true)));
    }

    private static nn.Module<Tensor, Tensor> Network() => nn.Sequential(nn.Conv2d(2, 4, 3), nn.BatchNorm2d(4), nn.Conv2d(4, 1, 3));

    private static Dictionary<string, Tensor> Copy(nn.Module network) =>
        network.state_dict().ToDictionary(entry => entry.Key, entry => entry.Value.detach().clone());

    private static void AssertSame(nn.Module network, Dictionary<string, Tensor> expected)
    {
        Assert.Equal(expected.Keys, network.state_dict().Keys);
        foreach (var (name, tensor) in network.state_dict())
            TensorAssert.Equal(expected[name], tensor.detach());
    }

    private sealed class CancellingData(CancellationTokenSource source, long length) : StorageData
    {
        internal int Reads { get; private set; }

        internal override long Length => length;

        internal override void Read(long offset, Span<byte> destination)
        {
            Reads++;
            source.Cancel();
        }
    }

    private sealed class WaitingStream(byte[] content) : MemoryStream(content)
    {
        internal TaskCompletionSource Arrived { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public override async Task CopyToAsync(Stream destination, int bufferSize, CancellationToken cancellationToken)
        {
            await Arrived.Task.WaitAsync(cancellationToken);
            await base.CopyToAsync(destination, bufferSize, cancellationToken);
        }
    }
}
