using CsCheck;

namespace GanKit.Tests.Data;

public sealed class ImageBatchesTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Epoch_IsAPermutationOfTheImages()
    {
        var set = _folder.Numbered(40);
        Gen.Select(Gen.Int[1, 15], Gen.Int[1, 5], Gen.Long).Sample((batchSize, workers, seed) =>
        {
            var epoch = NumberedImages.Epoch(set.Batches(batchSize, seed, dropLast: false, workers: workers));
            Assert.Equal(Enumerable.Range(0, 40), epoch.Order());
        }, iter: 20, threads: 1);
    }

    [Fact]
    public void Epoch_SameSeed_IsTheSameWhateverTheWorkers()
    {
        // Crops and flips of images whose pixels differ from place to place.
        var random = new Random(1);
        for (var i = 0; i < 20; i++)
        {
            _folder.Write($"{i}.png", Companion.Png16.Write(
                9, 9, Companion.Png16.Grey, [.. Enumerable.Range(0, 81).Select(_ => (ushort)random.Next(65536))]));
        }

        var set = ImageFolder.Load(_folder.Path, channels: 1).RandomCrop(5).FlipHorizontally();

        float[][] Epochs(int workers, long seed)
        {
            var batches = set.Batches(6, seed, workers: workers);
            return [.. Enumerable.Range(0, 2).Select(
                _ => batches.SelectMany(b => b.Real.data<float>().ToArray()).ToArray())];
        }

        var (one, five) = (Epochs(1, 7), Epochs(5, 7));
        Assert.Equal(one, five);
        Assert.NotEqual(one[0], one[1]);
        Assert.NotEqual(one[0], Epochs(1, 8)[0]);
    }

    [Fact]
    public void Epoch_NotShuffled_IsInOrderWithTheLastBatchKeptOrDropped()
    {
        var set = _folder.Numbered(10);
        var kept = set.Batches(4, shuffle: false, dropLast: false);
        Assert.Equal(3, kept.Count);
        Assert.Equal([[0, 1, 2, 3], [4, 5, 6, 7], [8, 9]], kept.Select(NumberedImages.Numbers));
        var dropped = set.Batches(4, shuffle: false);
        Assert.Equal(2, dropped.Count);
        Assert.Equal([[0, 1, 2, 3], [4, 5, 6, 7]], dropped.Select(NumberedImages.Numbers));
    }

    [Fact]
    public void Take_KeepsTheFirst()
    {
        var set = _folder.Numbered(10).Take(3);
        Assert.Equal([0, 1, 2], NumberedImages.Epoch(set.Batches(3, shuffle: false)));
        Assert.Throws<ArgumentOutOfRangeException>(() => set.Take(4));
        Assert.Throws<ArgumentOutOfRangeException>(() => set.Take(0));
    }

    [Fact]
    public void Batches_OwnTransform_IsApplied()
    {
        var set = _folder.Numbered(4).With(new Invert());
        Assert.Equal([255, 254, 253, 252], NumberedImages.Epoch(set.Batches(4, shuffle: false)));
    }

    [Fact]
    public void Epochs_OfOneImage_DrawAnewForEach()
    {
        var batches = _folder.Numbered(1).With(new Dice()).Batches(1, seed: 3, shuffle: false);
        var draws = Enumerable.Range(0, 8).Select(_ => NumberedImages.Epoch(batches).Single()).ToArray();
        Assert.Equal(draws.Length, draws.Distinct().Count());
    }

    [Fact]
    public void Current_BetweenEpochs_Throws()
    {
        using var batches = _folder.Numbered(4).Batches(4).GetEnumerator();
        Assert.Throws<InvalidOperationException>(() => batches.Current);
        Assert.True(batches.MoveNext());
        Assert.False(batches.MoveNext());
        Assert.False(batches.MoveNext());
        Assert.Throws<InvalidOperationException>(() => batches.Current);
    }

    [Fact]
    public void Batches_BadOptions_Throw()
    {
        var set = _folder.Numbered(4);
        Assert.Throws<ArgumentOutOfRangeException>("batchSize", () => set.Batches(0));
        Assert.Throws<ArgumentOutOfRangeException>("workers", () => set.Batches(1, workers: 0));
        Assert.Throws<ArgumentException>("batchSize", () => set.Batches(5));
    }

    private sealed class Invert : ImageTransform
    {
        public override Func<LazyImage, LazyImage> Draw(Random random) => image => LazyImage.FromTensor(-image.ToTensor());
    }

    /// <summary>Paints the image in the shade of the first number it draws.</summary>
    private sealed class Dice : ImageTransform
    {
        public override Func<LazyImage, LazyImage> Draw(Random random)
        {
            var shade = random.Next(256);
            return image => LazyImage.FromTensor(full_like(image.ToTensor(), shade / 127.5 - 1));
        }
    }
}
