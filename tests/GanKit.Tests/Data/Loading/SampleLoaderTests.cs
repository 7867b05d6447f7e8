namespace GanKit.Tests.Data.Loading;

/// <summary>The owners of tensors while a batch is made.</summary>
public sealed class SampleLoaderTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    private SampleLoader Loader(out long[] indices, params ImageTransform[] transforms)
    {
        for (var i = 0; i < 6; i++)
            _folder.WriteImage($"{i}.png", (byte)i, width: 30, height: 20);
        var source = ImageFolder.Load(_folder.Path).Source;
        indices = [0, 1, 2, 3, 4, 5];
        return new(source, transforms, new EpochOrder(source.Count, 3, shuffle: false, seed: 1, dropLast: true));
    }

    private static PendingBatch Make(SampleLoader loader, long[] indices)
    {
        var batch = new PendingBatch(loader, 0, indices);
        for (var part = 0; part < batch.Parts; part++)
            batch.Make(part);
        return batch;
    }

    [Fact]
    public void Make_BatchAfterBatch_UsesOneRenderContextThatStopsGrowing()
    {
        var loader = Loader(out var indices, ImageTransform.Resize(300, 400), ImageTransform.RandomCrop(256));
        Make(loader, indices).Dispose();
        var size = Assert.Single(loader.Contexts).Size;
        for (var i = 0; i < 3; i++)
            Make(loader, indices).Dispose();
        Assert.Equal(size, Assert.Single(loader.Contexts).Size);
    }

    [Fact]
    public void Make_Samples_LieInOneTensorInTheirOrder()
    {
        var before = LiveTensors.OfThisThread;
        using (var batch = Make(Loader(out var indices), indices))
        {
            Assert.Equal(before + 1, LiveTensors.OfThisThread);
            for (var i = 0; i < indices.Length; i++)
                Assert.Equal(i, batch[i].Real!.Number);
            var rows = batch.Real.Release([.. indices.Select(i => batch[(int)i].Real!)]);
            Assert.Equal([6, 3, 20, 30], rows!.shape);
            rows.Dispose();
        }

        Assert.Equal(before, LiveTensors.OfThisThread);
    }

    [Fact]
    public void Make_SomeFail_LeavesTheOthersAndReturnsTheRenderContext()
    {
        var loader = Loader(out var indices, ImageTransform.CenterCrop(20));
        _folder.WriteImage("1.png", 1, width: 19, height: 20);
        _folder.Write("4.png", [1, 2, 3]);
        var before = LiveTensors.OfThisThread;
        using (var batch = Make(loader, indices))
        {
            Assert.Single(loader.Contexts);
            Assert.Equal([1], indices.Where(i => batch[(int)i].Failure is not null));
            Assert.Equal([4], indices.Where(i => batch[(int)i].Broken is not null));
            Assert.Equal([0, 2, 3, 5], indices.Where(i => batch[(int)i].Real is not null));
            Assert.Null(batch.Real.Release([batch[0].Real!, batch[2].Real!]));
            Assert.Contains(
                _folder.File("1.png"), Assert.Throws<InvalidOperationException>(() => batch[1].Failure!.Throw()).Message);
        }

        Assert.Equal(before, LiveTensors.OfThisThread);
    }

    [Fact]
    public void Make_ImagesOfAnotherSize_HaveMemoryOfTheirOwn()
    {
        var loader = Loader(out var indices);
        _folder.WriteImage("2.png", 2, width: 5, height: 4);
        var before = LiveTensors.OfThisThread;
        using (var batch = Make(loader, indices))
        {
            Assert.Equal([3, 4, 5], batch[2].Real!.Shape);
            using var scope = NewDisposeScope();
            Assert.Equal(2 * (2 / 255f) - 1, batch[2].Real!.Images[0, 0, 0, 0].item<float>());
        }

        Assert.Equal(before, LiveTensors.OfThisThread);
    }
}
