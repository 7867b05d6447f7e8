using System.Runtime.CompilerServices;
using CsCheck;

namespace GanKit.Tests.Data;

public sealed class ImageBatchesTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    /// <summary>A folder of images whose grey is their number.</summary>
    private ImageDataset Numbered(int count)
    {
        for (var i = 0; i < count; i++)
            _folder.WriteImage($"{i:000}.png", (byte)i);
        return ImageFolder.Load(_folder.Path, channels: 1);
    }

    private static int[] Numbers(Batch batch)
    {
        using var scope = NewDisposeScope();
        return [.. Enumerable.Range(0, (int)batch.Size).Select(i => (int)Math.Round((batch.Real[i, 0, 0, 0].item<float>() + 1) * 127.5))];
    }

    private static int[] Epoch(Batches batches) => [.. batches.SelectMany(Numbers)];

    [Fact]
    public void Epoch_IsAPermutationOfTheImages()
    {
        var set = Numbered(40);
        Gen.Select(Gen.Int[1, 15], Gen.Int[1, 5], Gen.Long).Sample((batchSize, workers, seed) =>
        {
            var epoch = Epoch(set.Batches(batchSize, seed, dropLast: false, workers: workers));
            Assert.Equal(Enumerable.Range(0, 40), epoch.Order());
        }, iter: 20, threads: 1);
    }

    [Fact]
    public void Epoch_SameSeed_IsTheSameWhateverTheWorkers()
    {
        // Crops and flips of images whose pixels differ from place to place.
        var random = new Random(1);
        for (var i = 0; i < 20; i++)
            _folder.Write($"{i}.png", Imaging.Png16.Write(9, 9, Imaging.Png16.Grey, [.. Enumerable.Range(0, 81).Select(_ => (ushort)random.Next(65536))]));
        var set = ImageFolder.Load(_folder.Path, channels: 1).RandomCrop(5).FlipHorizontally();

        float[][] Epochs(int workers, long seed)
        {
            var batches = set.Batches(6, seed, workers: workers);
            return [.. Enumerable.Range(0, 2).Select(_ => batches.SelectMany(b => b.Real.data<float>().ToArray()).ToArray())];
        }

        var (one, five) = (Epochs(1, 7), Epochs(5, 7));
        Assert.Equal(one, five);
        Assert.NotEqual(one[0], one[1]);
        Assert.NotEqual(one[0], Epochs(1, 8)[0]);
    }

    [Fact]
    public void Epoch_NotShuffled_IsInOrderWithTheLastBatchKeptOrDropped()
    {
        var set = Numbered(10);
        var kept = set.Batches(4, shuffle: false, dropLast: false);
        Assert.Equal(3, kept.Count);
        Assert.Equal([[0, 1, 2, 3], [4, 5, 6, 7], [8, 9]], kept.Select(Numbers));
        var dropped = set.Batches(4, shuffle: false);
        Assert.Equal(2, dropped.Count);
        Assert.Equal([[0, 1, 2, 3], [4, 5, 6, 7]], dropped.Select(Numbers));
    }

    [Fact]
    public void Take_KeepsTheFirst()
    {
        var set = Numbered(10).Take(3);
        Assert.Equal([0, 1, 2], Epoch(set.Batches(3, shuffle: false)));
        Assert.Throws<ArgumentOutOfRangeException>(() => set.Take(4));
        Assert.Throws<ArgumentOutOfRangeException>(() => set.Take(0));
    }

    [Fact]
    public void MoveNext_BrokenFile_FailsByNameOnThisThread()
    {
        var set = Numbered(10);
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
        var set = Numbered(4);
        File.Delete(_folder.File("002.png"));
        var failure = Assert.Throws<InvalidDataException>(() => set.Batches(4).ToArray());
        Assert.Contains(_folder.File("002.png"), failure.Message);
        Assert.IsType<FileNotFoundException>(failure.InnerException);
    }

    [Fact]
    public void Epoch_SkippingBrokenFiles_FillsFromTheNextAndListsThem()
    {
        var set = Numbered(10);
        _folder.Write("001.png", [1, 2, 3]);
        _folder.Write("004.png", []);
        var batches = set.Batches(4, shuffle: false, onBroken: BrokenImages.Skip);
        Assert.Empty(batches.Broken);
        Assert.Equal([0, 2, 3, 5, 6, 7, 8, 9], Epoch(batches));
        Assert.Equal(8, Epoch(batches).Length);
        Assert.Equal([_folder.File("001.png"), _folder.File("004.png")], batches.Broken);
    }

    [Fact]
    public void Epoch_TooFewWholeFiles_SaysSo()
    {
        var set = Numbered(4);
        _folder.Write("001.png", [1, 2, 3]);
        var message = Assert.Throws<InvalidDataException>(() => Epoch(set.Batches(4, shuffle: false, onBroken: BrokenImages.Skip))).Message;
        Assert.Contains("1 of 4 images", message);
        Assert.Contains("001.png", message);
    }

    [Fact]
    public void MoveNext_ImagesOfTwoSizes_NamesBothFilesAndSizes()
    {
        _folder.WriteImage("a.png", 1, width: 8, height: 6);
        _folder.WriteImage("b.png", 2, width: 5, height: 6);
        var message = Assert.Throws<InvalidOperationException>(() => Epoch(ImageFolder.Load(_folder.Path).Batches(2, shuffle: false))).Message;
        foreach (var part in new[] { _folder.File("a.png"), _folder.File("b.png"), "(3, 6, 8)", "(3, 6, 5)", "Resize" })
            Assert.Contains(part, message);
        Assert.Equal([1, 2], Epoch(ImageFolder.Load(_folder.Path).Resize(4, 4).Batches(2, shuffle: false)));
    }

    [Fact]
    public void MoveNext_CropDoesNotFit_NamesTheFile()
    {
        var message = Assert.Throws<InvalidOperationException>(() => Epoch(Numbered(2).CenterCrop(9).Batches(2, shuffle: false))).Message;
        Assert.Contains(_folder.File("000.png"), message);
        Assert.Contains("9 x 9", message);
    }

    [Fact]
    public void Batches_OwnTransform_IsApplied()
    {
        var set = Numbered(4).With(new Invert());
        Assert.Equal([255, 254, 253, 252], Epoch(set.Batches(4, shuffle: false)));
    }

    [Fact]
    public void Epochs_OfOneImage_DrawAnewForEach()
    {
        var batches = Numbered(1).With(new Dice()).Batches(1, seed: 3, shuffle: false);
        var draws = Enumerable.Range(0, 8).Select(_ => Epoch(batches).Single()).ToArray();
        Assert.Equal(draws.Length, draws.Distinct().Count());
    }

    [Fact]
    public void Epochs_WholeBrokenOffAndFailed_LeaveNoTensorAndNoThread()
    {
        var set = Numbered(30);
        Epoch(set.Batches(4));
        var tensors = LiveTensors.OfAllThreadsAfterCollection();

        Epoch(set.Resize(6).RandomCrop(4).FlipHorizontally().Batches(4, workers: 4));
        LiveTensors.AssertNoMoreThan(tensors);

        foreach (var _ in set.Batches(4, workers: 4))
            break;
        LiveTensors.AssertNoMoreThan(tensors);

        set.Batches(4, workers: 4).GetEnumerator().Dispose();
        LiveTensors.AssertNoMoreThan(tensors);

        _folder.Write("007.png", [1, 2, 3]);
        Assert.Throws<InvalidDataException>(() => Epoch(set.Batches(4, workers: 4)));
        LiveTensors.AssertNoMoreThan(tensors);

        Assert.Throws<InvalidOperationException>(() => Epoch(set.CenterCrop(100).Batches(4, workers: 4)));
        LiveTensors.AssertNoMoreThan(tensors);
    }

    [Fact]
    public void Enumerator_Forgotten_StopsItsWorkers()
    {
        var source = new Endless();
        BeginAndForget(new ImageDataset(source));
        for (var i = 0; i < 100 && source.Threads.Any(thread => thread.IsAlive); i++)
        {
            GC.Collect();
            GC.WaitForPendingFinalizers();
            Thread.Sleep(20);
        }
        Assert.NotEmpty(source.Threads);
        Assert.All(source.Threads, thread => Assert.False(thread.IsAlive));
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void BeginAndForget(ImageDataset set) => Assert.True(set.Batches(2, workers: 3).GetEnumerator().MoveNext());

    [Fact]
    public void Current_BetweenEpochs_Throws()
    {
        using var batches = Numbered(4).Batches(4).GetEnumerator();
        Assert.Throws<InvalidOperationException>(() => batches.Current);
        Assert.True(batches.MoveNext());
        Assert.False(batches.MoveNext());
        Assert.False(batches.MoveNext());
        Assert.Throws<InvalidOperationException>(() => batches.Current);
    }

    [Fact]
    public void Batches_BadOptions_Throw()
    {
        var set = Numbered(4);
        Assert.Throws<ArgumentOutOfRangeException>("batchSize", () => set.Batches(0));
        Assert.Throws<ArgumentOutOfRangeException>("workers", () => set.Batches(1, workers: 0));
        Assert.Throws<ArgumentException>("batchSize", () => set.Batches(5));
    }

    private sealed class Invert : ImageTransform
    {
        public override Func<Tensor, Tensor> Draw(Random random) => image => -image;
    }

    /// <summary>Paints the image in the shade of the first number it draws.</summary>
    private sealed class Dice : ImageTransform
    {
        public override Func<Tensor, Tensor> Draw(Random random)
        {
            var shade = random.Next(256);
            return image => full_like(image, shade / 127.5 - 1);
        }
    }

    private sealed class Endless : ImageSource
    {
        private readonly HashSet<Thread> _threads = [];

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

        public override Tensor Read(int index)
        {
            lock (_threads)
                _threads.Add(Thread.CurrentThread);
            return zeros(1, 2, 2);
        }
    }
}
