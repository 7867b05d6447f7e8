using System.Runtime.CompilerServices;

namespace GanKit.Tests.Data;

/// <summary>What the loader's threads hold, and how far they run ahead.</summary>
public sealed class ImageBatchesWorkersTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Epochs_WholeBrokenOffAndFailed_LeaveNoTensorAndNoThread()
    {
        var set = _folder.Numbered(30);
        NumberedImages.Epoch(set.Batches(4));
        var tensors = LiveTensors.OfAllThreadsAfterCollection();

        NumberedImages.Epoch(set.Resize(6).RandomCrop(4).FlipHorizontally().Batches(4, workers: 4));
        LiveTensors.AssertNoMoreThan(tensors);

        foreach (var _ in set.Batches(4, workers: 4))
            break;
        LiveTensors.AssertNoMoreThan(tensors);

        set.Batches(4, workers: 4).GetEnumerator().Dispose();
        LiveTensors.AssertNoMoreThan(tensors);

        _folder.Write("007.png", [1, 2, 3]);
        Assert.Throws<InvalidDataException>(() => NumberedImages.Epoch(set.Batches(4, workers: 4)));
        LiveTensors.AssertNoMoreThan(tensors);

        _folder.WriteImage("007.png", 7); // whole again, so that whichever image comes first fails in the same way
        Assert.Throws<InvalidOperationException>(() => NumberedImages.Epoch(set.CenterCrop(100).Batches(4, workers: 4)));
        LiveTensors.AssertNoMoreThan(tensors);
    }

    /// <summary>
    /// The batch in hand, and those that workers filled ahead of it, are given back: both images of each sample.
    /// </summary>
    [Fact]
    public void Epochs_OfPairsBrokenOff_LeaveNoTensor()
    {
        var (inputs, targets) = (_folder.Numbered(30), _folder.Numbered(30));
        var set = ImageDataset.Paired(inputs.Source, targets.Source);
        var tensors = LiveTensors.OfAllThreadsAfterCollection();

        for (var time = 0; time < 5; time++)
        {
            foreach (var batch in set.Batches(4, workers: 2))
            {
                Assert.Equal(NumberedImages.Numbers(batch.Real), NumberedImages.Numbers(batch.Condition!));
                break;
            }

            set.Batches(4, workers: 2).GetEnumerator().Dispose();
        }

        LiveTensors.AssertNoMoreThan(tensors);
    }

    /// <summary>
    /// While no batch is taken, workers stop after so many images: all that are ready take memory. And they do read so
    /// many, or the next step would wait for them.
    /// </summary>
    [Theory]
    [InlineData(4, 1, 2)]
    [InlineData(4, 3, 2)] // one batch waits, another is being filled
    [InlineData(2, 3, 3)]
    [InlineData(1, 4, 5)] // each worker makes a batch of its own, while another waits
    public void Workers_NobodyTakes_StayABoundedWayAhead(int batchSize, int workers, int ahead)
    {
        var source = new Endless();
        using var batches = new ImageDataset(source).Batches(batchSize, shuffle: false, workers: workers).GetEnumerator();

        AssertReads(ahead * batchSize);
        for (var taken = 1; taken <= 3; taken++)
        {
            Assert.True(batches.MoveNext());
            AssertReads((taken + ahead) * batchSize);
        }

        void AssertReads(int count)
        {
            Assert.True(
                SpinWait.SpinUntil(() => source.Reads >= count, TimeSpan.FromSeconds(60)),
                $"{source.Reads} of {count} images are read.");
            Thread.Sleep(20); // time enough for a worker that does not stop to read another
            Assert.Equal(count, source.Reads);
        }
    }

    [Fact]
    public void Enumerator_Forgotten_StopsItsWorkers()
    {
        var source = new Endless();
        BeginAndForget(new ImageDataset(source));
        Assert.True(SpinWait.SpinUntil(() => source.Threads.Length > 0, TimeSpan.FromSeconds(60)));
        var alive = () => source.Threads.Any(thread => thread.IsAlive);
        for (var i = 0; i < 3000 && alive(); i++)
        {
            GC.Collect();
            GC.WaitForPendingFinalizers();
            Thread.Sleep(20);
        }
        Assert.All(source.Threads, thread => Assert.False(thread.IsAlive));
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void BeginAndForget(ImageDataset set) =>
        Assert.True(set.Batches(2, workers: 3).GetEnumerator().MoveNext());

    /// <summary>Each worker computes with memory of its own, whichever made the image.</summary>
    [Fact]
    public void Batches_OfASourceThatKeepsItsImages_AreRight_OnManyThreads()
    {
        using var pictures = rand(2, 3, 40, 40) * 2 - 1;
        var source = new Keeping([.. pictures.unbind(0)]);
        var set = new ImageDataset(source).Resize(16).CenterCrop(12);
        var expected = Epoch(workers: 1);
        for (var time = 0; time < 10; time++)
            Assert.All(expected.Zip(Epoch(workers: 8)), pair => TensorAssert.Equal(pair.First, pair.Second));

        Tensor[] Epoch(int workers) => [.. set.Batches(5, shuffle: false, workers: workers).Select(batch => batch.Real.clone())];
    }

    private sealed class Keeping(Tensor[] pictures) : ImageSource
    {
        private readonly LazyImage[] _images = [.. pictures.Select(picture => LazyImage.FromTensor(picture))];

        public override int Count => 200;

        public override string Name(int index) => $"{index}";

        public override LazyImage Open(int index) => _images[index % _images.Length];
    }

    private sealed class Endless : ImageSource
    {
        private readonly HashSet<Thread> _threads = [];
        private int _reads;

        public int Reads => Volatile.Read(ref _reads);

        public Thread[] Threads
        {
            get
            {
                lock (_threads)
                    return [.. _threads];
            }
        }

        public override int Count => 1_000_000;

        public override string Name(int index) => $"{index}";

        public override LazyImage Open(int index)
        {
            lock (_threads)
                _threads.Add(Thread.CurrentThread);
            Interlocked.Increment(ref _reads);
            return LazyImage.FromTensor(zeros(1, 2, 2));
        }
    }
}
