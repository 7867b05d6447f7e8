namespace GanKit;

/// <summary>The batches of a run, epoch after epoch, whose next can be looked at before its step.</summary>
internal sealed class BatchReader(IEnumerable<Batch> data) : IDisposable
{
    private readonly Lock _lock = new(); // previews may be drawn on another thread
    private IEnumerator<Batch>? _epoch;
    private bool _isPeeked;

    /// <summary>The batch of the step that comes or was last; none between epochs.</summary>
    internal Batch? Current { get; private set; }

    /// <summary>Goes to the next batch; false at the end of the epoch, after which the next begins.</summary>
    internal bool MoveNext()
    {
        lock (_lock)
        {
            if (!_isPeeked)
                Read();
            _isPeeked = false;
            return Current is not null;
        }
    }

    /// <summary>The batch in hand, or else the next, which stays to be moved to.</summary>
    internal Batch? Peek()
    {
        lock (_lock)
        {
            if (Current is null && !_isPeeked)
            {
                Read();
                _isPeeked = true;
            }

            return Current;
        }
    }

    /// <summary>A copy of the batch in hand, after which the next of the epoch is in hand, if there is one.</summary>
    internal Batch CopyAndRead()
    {
        lock (_lock)
        {
            var copy = Current!.CopyFirst(Current.Size);
            Read();
            _isPeeked = Current is null; // what ended is not to begin again
            return copy;
        }
    }

    public void Dispose()
    {
        lock (_lock)
        {
            (Current, _isPeeked) = (null, true); // nothing is read any more
            _epoch?.Dispose();
            _epoch = null;
        }
    }

    private void Read()
    {
        Current = null;
        _epoch ??= data.GetEnumerator();
        if (_epoch.MoveNext())
        {
            Current = _epoch.Current;
            return;
        }

        _epoch.Dispose();
        _epoch = null;
    }
}
