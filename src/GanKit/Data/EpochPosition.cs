namespace GanKit;

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
