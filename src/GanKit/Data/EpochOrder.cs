namespace GanKit;

/// <summary>Which samples come in which order in each epoch, and into how many batches they go.</summary>
internal sealed class EpochOrder : IStateful
{
    private readonly bool _shuffle;
    private long _seed;

    internal EpochOrder(long samples, int batchSize, bool shuffle, long? seed, bool dropLast)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(batchSize, 1);
        if (samples == 0)
        {
            throw new ArgumentException(
                "There are no samples to make batches of; at least one is needed.", nameof(samples));
        }

        if (dropLast && samples < batchSize)
        {
            throw new ArgumentException(
                $"{samples} samples don't fill one batch of {batchSize}, and a last batch that is not full is dropped. "
                + $"Choose a batchSize of at most {samples}, or dropLast: false.", nameof(batchSize));
        }

        (Samples, BatchSize, DropLast) = (samples, batchSize, dropLast);
        _shuffle = shuffle;
        _seed = seed ?? SeededRandom.FreshSeed();
    }

    internal long Samples { get; }

    internal bool IsShuffled => _shuffle;

    internal int BatchSize { get; }

    internal bool DropLast { get; }

    internal int BatchCount => checked((int)(DropLast ? Samples / BatchSize : (Samples + BatchSize - 1) / BatchSize));

    /// <summary>The samples of one epoch, all of them, in its order.</summary>
    internal long[] Of(long epoch)
    {
        if (_shuffle)
            return new SeededRandom(_seed, epoch).Permutation(Samples);
        var order = new long[Samples];
        for (long i = 0; i < Samples; i++)
            order[i] = i;
        return order;
    }

    /// <inheritdoc/>
    public void VisitState(StateVisitor visitor)
    {
        visitor.Same("samples", Samples);
        visitor.Same("batch_size", BatchSize);
        visitor.Same("shuffle", _shuffle);
        visitor.Same("drop_last", DropLast);
        visitor.Value("seed", ref _seed);
    }

    /// <summary>What one sample draws in one epoch, whatever its place in the order.</summary>
    internal Random RandomFor(long epoch, long sample) => new SeededRandom(_seed, epoch, sample);
}
