using CsCheck;

namespace GanKit.Tests.Data;

public class TensorBatchesTests
{
    private static Batches Counting(int samples, int batchSize, bool shuffle = true, long? seed = 1, bool dropLast = false)
    {
        using var values = arange(samples, float32).unsqueeze(1);
        return Batches.FromTensor(values, batchSize, shuffle: shuffle, seed: seed, dropLast: dropLast);
    }

    private static float[] Epoch(Batches batches) => [.. batches.SelectMany(b => b.Real.data<float>().ToArray())];

    [Fact]
    public void Epoch_IsAPermutationOfTheSamples() =>
        Gen.Select(Gen.Int[1, 200], Gen.Int[1, 50], Gen.Long).Sample((samples, batchSize, seed) =>
        {
            var epoch = Epoch(Counting(samples, batchSize, seed: seed));
            Assert.Equal(Enumerable.Range(0, samples).Select(i => (float)i), epoch.Order());
        }, iter: 50, threads: 1);

    [Fact]
    public void Count_WithAndWithoutTheLastBatch_IsTheNumberOfBatches() =>
        Gen.Select(Gen.Int[1, 200], Gen.Int[1, 50], Gen.Bool).Where((s, b, drop) => !drop || s >= b).Sample(
            (samples, batchSize, drop) =>
        {
            var batches = Counting(samples, batchSize, dropLast: drop);
            var sizes = batches.Select(b => b.Size).ToArray();
            Assert.Equal(batches.Count, sizes.Length);
            Assert.All(sizes[..^1], size => Assert.Equal(batchSize, size));
            Assert.Equal(drop ? batchSize : (samples - 1) % batchSize + 1, sizes[^1]);
        }, iter: 50, threads: 1);

    [Fact]
    public void Epoch_SameSeed_HasTheSameOrdersEpochByEpoch()
    {
        var (one, other) = (Counting(100, 7, seed: 5), Counting(100, 7, seed: 5));
        var (first, second) = (Epoch(one), Epoch(one));
        Assert.Equal(first, Epoch(other));
        Assert.Equal(second, Epoch(other));
        Assert.NotEqual(first, second);
        Assert.NotEqual(first, Epoch(Counting(100, 7, seed: 6)));
    }

    [Fact]
    public void Epoch_NoSeed_DiffersBetweenSources() =>
        Assert.NotEqual(Epoch(Counting(100, 7, seed: null)), Epoch(Counting(100, 7, seed: null)));

    [Fact]
    public void Epoch_KnownSeed_HasTheOrderThatEveryMachineGives() =>
        Assert.Equal(PinnedOrder, Epoch(Counting(10, 10, seed: 42)).Select(f => (int)f));

    private static readonly int[] PinnedOrder = [6, 5, 7, 0, 9, 1, 2, 8, 4, 3];

    [Fact]
    public void Epoch_NotShuffled_KeepsTheOrder() =>
        Assert.Equal(Enumerable.Range(0, 10).Select(i => (float)i), Epoch(Counting(10, 3, shuffle: false)));

    [Fact]
    public void Batches_OfADisposedTensor_StillHaveItsValuesAndOwnTheirCopies()
    {
        var batches = Counting(4, 4, shuffle: false);
        foreach (var batch in batches)
            batch.Real.zero_();
        Assert.Equal([0f, 1, 2, 3], Epoch(batches));
    }

    [Fact]
    public void Conditions_StayWithTheirSamples()
    {
        using var samples = arange(50, float32).unsqueeze(1);
        using var labels = arange(50, int64) * 10;
        foreach (var batch in Batches.FromTensor(samples, 8, labels, seed: 3))
            Assert.Equal(batch.Real.data<float>().Select(x => (long)x * 10), batch.Condition!.data<long>());
    }

    [Fact]
    public void MoveNext_DisposesTheBatchBefore_AndLeaksNothing()
    {
        var batches = Counting(64, 8);
        var before = LiveTensors.OfThisThread;
        Batch? last = null;
        foreach (var batch in batches)
        {
            Assert.True(last is null || last.Real.IsInvalid);
            last = batch;
        }
        Assert.Equal(before, LiveTensors.OfThisThread);
    }

    [Fact]
    public void Break_DisposesTheCurrentBatch()
    {
        var batches = Counting(64, 8);
        var before = LiveTensors.OfThisThread;
        foreach (var batch in batches)
        {
            Assert.Equal(8, batch.Size);
            break;
        }
        Assert.Equal(before, LiveTensors.OfThisThread);
    }

    [Fact]
    public void FromTensor_NoSamples_SaysSo()
    {
        using var none = zeros(0, 2);
        Assert.Contains("no samples", Assert.Throws<ArgumentException>(() => Batches.FromTensor(none, 4)).Message);
    }

    [Theory, InlineData(0), InlineData(-3)]
    public void FromTensor_BatchSizeBelowOne_Throws(int batchSize)
    {
        using var samples = zeros(4, 2);
        Assert.Throws<ArgumentOutOfRangeException>(nameof(batchSize), () => Batches.FromTensor(samples, batchSize));
    }

    [Fact]
    public void FromTensor_FewerSamplesThanABatch_SaysWhatToDo()
    {
        using var samples = zeros(4, 2);
        var message = Assert.Throws<ArgumentException>("batchSize", () => Batches.FromTensor(samples, 8)).Message;
        Assert.Contains("4 samples don't fill one batch of 8", message);
        Assert.Contains("dropLast: false", message);
    }

    [Theory, InlineData(float.NaN), InlineData(float.NegativeInfinity)]
    public void FromTensor_NotFinite_SaysHowManyAndWhere(float bad)
    {
        using var samples = zeros(6, 2);
        samples[3, 1] = bad;
        samples[5, 0] = bad;
        var message = Assert.Throws<ArgumentException>("samples", () => Batches.FromTensor(samples, 2)).Message;
        Assert.Contains("2 of 12 values", message);
        Assert.Contains("[3, 1]", message);

        using var good = zeros(6, 1);
        Assert.Throws<ArgumentException>("conditions", () => Batches.FromTensor(good, 2, samples));
    }

    [Fact]
    public void FromTensor_ConditionsOfAnotherCount_SaysBoth()
    {
        using var samples = zeros(6, 2);
        using var labels = zeros(5, int64);
        var message = Assert.Throws<ArgumentException>("conditions", () => Batches.FromTensor(samples, 2, labels)).Message;
        Assert.Contains("6 samples", message);
        Assert.Contains("(5)", message);
    }

    [Fact]
    public void FromTensor_Bytes_SaysHowToConvert()
    {
        using var samples = zeros(6, 2, uint8);
        Assert.Contains("127.5", Assert.Throws<ArgumentException>("samples", () => Batches.FromTensor(samples, 2)).Message);
    }
}
