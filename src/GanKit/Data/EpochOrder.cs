namespace GanKit.Data;

/// <summary>Which samples come in which order in each epoch, and into how many batches they go.</summary>
internal sealed class EpochOrder : IStateful
{
    private readonly bool _shuffle;
    private long _seed;

    internal EpochOrder(long samples, long batchSize, bool shuffle, long? seed, bool dropLast)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(batchSize, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(batchSize, int.MaxValue); // its samples are a list
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

        (Samples, BatchSize, DropLast) = (samples, (int)batchSize, dropLast);
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

    /// <summary>The random source of one sample in one epoch, whatever its place in the order.</summary>
    internal Random RandomFor(long epoch, long sample) => new SeededRandom(_seed, epoch, sample);
}

/// <summary>Which epoch batches are at, and how much of it was yielded. The last enumeration that began counts.</summary>
/// <param name="order">The order of its samples.</param>
internal sealed class EpochPosition(EpochOrder order) : IStateful
{
    private readonly Lock _lock = new();
    private long _epoch; // that is on, or comes next
    private long _samples; // of it that were yielded, or left out as broken
    private bool _isOn;

    /// <summary>Begins an enumeration: the rest of the epoch that a loaded state stands in, or else the next one.</summary>
    /// <returns>The epoch, and its samples that come no more.</returns>
    internal (long Epoch, long Start) Begin()
    {
        lock (_lock)
        {
            if (_isOn)
                (_epoch, _samples) = (_epoch + 1, 0);
            _isOn = true;
            return (_epoch, _samples);
        }
    }

    /// <summary>Counts the samples of an epoch that are over with the batch that is yielded now.</summary>
    internal void Reach(long epoch, long samples)
    {
        lock (_lock)
        {
            if (epoch == _epoch)
                _samples = samples;
        }
    }

    /// <summary>Ends an epoch that was yielded to its end.</summary>
    internal void End(long epoch)
    {
        lock (_lock)
        {
            if (epoch == _epoch)
                (_epoch, _samples, _isOn) = (_epoch + 1, 0, false);
        }
    }

    public void VisitState(StateVisitor visitor)
    {
        lock (_lock)
        {
            order.VisitState(visitor);
            visitor.Value("epoch", ref _epoch, least: 0);
            visitor.Value("samples_done", ref _samples, least: 0);
            _isOn &= !visitor.IsLoading;
        }
    }
}
