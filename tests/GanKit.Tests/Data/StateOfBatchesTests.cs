using GanKit.Tests.Training;

namespace GanKit.Tests.Data;

/// <summary>Batches go on where a state was taken: which samples come, and what is drawn for each.</summary>
public sealed class StateOfBatchesTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(3)] // the epoch's last, before it is over
    [InlineData(5)]
    public void State_OfImagesWithSomeBroken_GoesOnInTheEpoch(int done)
    {
        var set = Pictures();
        var straight = Open(set, 1);
        var all = Enumerable.Range(0, 4).SelectMany(_ => Epoch(straight)).ToArray();
        var first = Open(set, 1);
        using var state = StateAfter(first, done);

        var resumed = Open(set, 2, workers: 3);
        resumed.LoadState(state);
        var rest = Enumerable.Range(0, 4).SelectMany(_ => Epoch(resumed)).ToArray();

        Assert.Equal(all[done..], rest.Take(all.Length - done));
        Assert.Equal(straight.Broken.Order(), resumed.Broken.Order());
        Assert.Equal(2, straight.Broken.Count);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void State_OfATensorsBatches_GoesOnInTheEpoch(bool dropLast)
    {
        using var samples = arange(22, float32);
        Batches Open(long seed) => Batches.FromTensor(samples, 4, seed: seed, dropLast: dropLast);
        var straight = Open(1);
        var all = Enumerable.Range(0, 4).SelectMany(_ => Epoch(straight)).ToArray();
        for (var done = 0; done < all.Length; done++)
        {
            using var state = StateAfter(Open(1), done);
            var resumed = Open(2);
            resumed.LoadState(state);
            Assert.Equal(all[done..], Enumerable.Range(0, 5).SelectMany(_ => Epoch(resumed)).Take(all.Length - done));
        }
    }

    /// <summary>Without a state each enumeration is an epoch of its own, also after one that was left.</summary>
    [Fact]
    public void GetEnumerator_AfterOneThatWasLeft_IsTheNextEpoch()
    {
        using var samples = arange(22, float32);
        var left = Batches.FromTensor(samples, 4, seed: 1);
        _ = left.Take(2).Count();
        var whole = Batches.FromTensor(samples, 4, seed: 1);
        Epoch(whole);

        Assert.Equal(Epoch(whole), Epoch(left));
        Assert.Equal(5, left.Count);
    }

    /// <summary>Two enumerations at once are two epochs; the later one is where the batches are.</summary>
    [Fact]
    public void State_OfSeveralEnumerations_IsOfTheLast()
    {
        using var samples = arange(22, float32);
        var batches = Batches.FromTensor(samples, 4, seed: 1);
        using var one = batches.GetEnumerator();
        one.MoveNext();
        using var two = batches.GetEnumerator();
        two.MoveNext();
        one.MoveNext();
        using var state = batches.SaveState();

        Assert.Equal((1L, 4L), ((long)state["epoch"]!, (long)state["samples_done"]!));
    }

    [Fact]
    public void LoadState_InARunOnFiles_GoesOnToTheLastBit()
    {
        var set = Pictures();
        using var straight = StateRuns.Dcgan(1, new(), Open(set, 1)).Fit(11);
        State? state = null;
        using var first = StateRuns.Dcgan(1, new(), Open(set, 1)).Fit(
            6, TrainingCallback.Every(5, (trainer, _) => state = trainer.SaveState()));
        using var resumed = StateRuns.Dcgan(2, new(), Open(set, 2));
        resumed.Trainer.LoadState(state!);
        resumed.Fit(6);

        Assert.Equal(straight.Log.Skip(5), resumed.Log);
        using State end = straight.Trainer.SaveState(), other = resumed.Trainer.SaveState();
        Assert.Equal(StateRuns.Flat(end), StateRuns.Flat(other));
        state!.Dispose();
    }

    private static State StateAfter(Batches batches, int done)
    {
        for (var left = done; left > 0;)
        {
            foreach (var _ in batches)
            {
                if (--left == 0)
                    break;
            }
        }

        return batches.SaveState();
    }

    // 14 that can be read, in batches of 4: 3 an epoch.
    private ImageDataset Pictures()
    {
        var random = new Random(1);
        for (var i = 0; i < 14; i++)
        {
            _folder.Write($"{i}.png", Companion.Png16.Write(
                18, 18, Companion.Png16.Grey, [.. Enumerable.Range(0, 18 * 18).Select(_ => (ushort)random.Next(65536))]));
        }

        _folder.Write("3-broken.png", [1, 2, 3]);
        _folder.Write("9-broken.png", [1, 2, 3]);
        return ImageFolder.Load(_folder.Path, channels: 1).RandomCrop(16).FlipHorizontally();
    }

    private static ImageBatches Open(ImageDataset set, long seed, int workers = 2) =>
        set.Batches(4, seed, workers: workers, onBroken: BrokenImages.Skip);

    private static string[] Epoch(Batches batches) => [.. batches.Select(batch =>
        Convert.ToHexString(System.Security.Cryptography.SHA256.HashData(batch.Real.contiguous().bytes.ToArray())))];
}
