namespace GanKit.Tests.Data;

/// <summary>Pairs from a user's own sources, and the loader's promises for them.</summary>
public class ImagePairSourceTests
{
    [Fact]
    public void Batches_OwnSource_HasInputsAsConditions()
    {
        var data = new ImageDataset(new Numbers(9)).RandomCrop(3).FlipHorizontally();
        foreach (var batch in data.Batches(9, shuffle: false))
        {
            using var scope = NewDisposeScope();
            Assert.Equal([9, 1, 3, 3], batch.Condition!.shape);
            Assert.Equal([9, 2, 3, 3], batch.Real.shape);
            // A target is the negative of its input, so that another crop or flip would show.
            Assert.True(batch.Real.allclose(-batch.Condition.expand(-1, 2, -1, -1)));
        }
    }

    [Fact]
    public void Open_IsTheTarget()
    {
        using var scope = NewDisposeScope();
        Assert.Equal([2, 5, 5], new Numbers(2).Open(1).Shape);
    }

    [Fact]
    public void Take_KeepsPairs()
    {
        var data = new ImageDataset(new Numbers(5)).Take(2);
        foreach (var batch in data.Batches(2))
            Assert.Equal([2, 1, 5, 5], batch.Condition!.shape);
    }

    [Fact]
    public void Paired_TwoSources_MeetByNumber()
    {
        var data = ImageDataset.Paired(new Flat(3, 0), new Flat(3, 0.5f));
        foreach (var batch in data.Batches(3))
        {
            using var scope = NewDisposeScope();
            Assert.True(batch.Real.allclose(batch.Condition! + 0.5));
        }
        Assert.Contains(
            "3 inputs and 4 targets",
            Assert.Throws<ArgumentException>(() => ImageDataset.Paired(new Flat(3, 0), new Flat(4, 0))).Message);
        Assert.Throws<ArgumentNullException>("inputs", () => ImageDataset.Paired(null!, new Flat(1, 0)));
        Assert.Throws<ArgumentNullException>("targets", () => ImageDataset.Paired(new Flat(1, 0), null!));
    }

    [Fact]
    public void Epochs_SameSeed_AreTheSameWhateverTheWorkers()
    {
        foreach (var data in new[] { new ImageDataset(new Numbers(10)),
            ImageDataset.Unpaired(new Numbers(7), new Numbers(10)) })
        {
            var varied = data.RandomCrop(3).FlipHorizontally();
            var (one, five) = (
                Epochs(varied.Batches(4, seed: 7, workers: 1)), Epochs(varied.Batches(4, seed: 7, workers: 5)));
            Assert.Equal(one, five);
            Assert.NotEqual(one[0], one[1]);
            Assert.NotEqual(one[0], Epochs(varied.Batches(4, seed: 8))[0]);
        }

        static float[][] Epochs(Batches batches) =>
            [.. Enumerable.Range(0, 2).Select(_ => batches.SelectMany(batch =>
                batch.Real.data<float>().ToArray().Concat(batch.Condition!.data<float>().ToArray())).ToArray())];
    }

    [Fact]
    public void Epochs_WholeBrokenOffAndFailed_LeaveNoTensor()
    {
        foreach (var data in new[] { new ImageDataset(new Numbers(30)),
            ImageDataset.Unpaired(new Flat(20, 0), new Numbers(30)) })
        {
            Count(data.Batches(4));
            var tensors = LiveTensors.OfAllThreadsAfterCollection();

            Count(data.Resize(6).RandomCrop(4).FlipHorizontally().Batches(4, workers: 4));
            LiveTensors.AssertNoMoreThan(tensors);

            foreach (var _ in data.Batches(4, workers: 4))
                break;
            LiveTensors.AssertNoMoreThan(tensors);

            Assert.Throws<InvalidOperationException>(() => Count(data.CenterCrop(100).Batches(4, workers: 4)));
            LiveTensors.AssertNoMoreThan(tensors);

            // Fails at the second image of a sample, when the first is done.
            Assert.Throws<InvalidOperationException>(() => Count(data.With(new NoInput()).Batches(4, workers: 4)));
            LiveTensors.AssertNoMoreThan(tensors);
        }

        var broken = new ImageDataset(new Numbers(30, broken: 17));
        Count(broken.Batches(4, onBroken: BrokenImages.Skip));
        var before = LiveTensors.OfAllThreadsAfterCollection();
        Assert.Contains("'pair 17'", Assert.Throws<InvalidDataException>(() => Count(broken.Batches(4))).Message);
        Assert.Equal(7, Count(broken.Batches(4, onBroken: BrokenImages.Skip)));
        LiveTensors.AssertNoMoreThan(before);

        static int Count(Batches batches) => batches.Sum(_ => 1);
    }

    [Fact]
    public void WithAttributes_Pairs_Throws() =>
        Assert.Contains(
            "one condition",
            Assert.Throws<InvalidOperationException>(() => new ImageDataset(new Numbers(2)).WithAttributes("table.csv"))
                .Message);

    /// <summary>Pairs of noise and its negative, with one and two channels.</summary>
    private sealed class Numbers(int count, int broken = -1) : ImagePairSource
    {
        public override int Count => count;

        public override string Name(int index) => $"pair {index}";

        public override (LazyImage Input, LazyImage Target) OpenPair(int index)
        {
            var input = rand(1, 5, 5, generator: new Generator((ulong)index));
            if (index == broken)
                throw new InvalidDataException("The reason is not known.");
            using var negative = -input;
            return (LazyImage.FromTensor(input), LazyImage.FromTensor(negative.repeat(2, 1, 1)));
        }
    }

    private sealed class Flat(int count, float lighter) : ImageSource
    {
        public override int Count => count;

        public override string Name(int index) => $"{index}";

        public override LazyImage Open(int index) => LazyImage.FromTensor(full([1, 2, 2], index / 10f + lighter));
    }

    /// <summary>Refuses images with one channel, which inputs have.</summary>
    private sealed class NoInput : ImageTransform
    {
        public override Func<LazyImage, LazyImage> Draw(Random random) => image =>
            image.Channels == 1 ? throw new NotSupportedException("No input.") : LazyImage.FromTensor(image.ToTensor() * 1);
    }
}
