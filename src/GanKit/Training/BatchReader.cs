namespace GanKit;

/// <summary>The batches of a run, epoch after epoch, whose next can be looked at before its step.</summary>
internal sealed class BatchReader(IEnumerable<Batch> data) : IDisposable
{
    private readonly Lock _lock = new(); // previews may be drawn on another thread
    private IEnumerator<Batch>? _epoch;
    private bool _isPeeked;
    private bool _hasEnded; // an epoch, which was not reported yet
    private State? _before; // where the data was before the batch that was peeked at

    /// <summary>Whether the data has a position to save.</summary>
    internal bool IsStateful => data is IStateful;

    /// <summary>Whether the run goes on.</summary>
    internal bool IsOpen { get; private set; } = true;

    /// <summary>The batch of the step that comes or was last; none between epochs.</summary>
    internal Batch? Current { get; private set; }

    /// <summary>Goes to the next batch; false at the end of the epoch, after which the next begins.</summary>
    internal bool MoveNext()
    {
        lock (_lock)
        {
            if (!_isPeeked && !_hasEnded)
                Read();
            if (_hasEnded)
            {
                _hasEnded = false; // a batch that is there already is the next epoch's
                return false;
            }

            _isPeeked = false;
            _before?.Dispose();
            _before = null;
            return true;
        }
    }

    /// <summary>
    /// A copy of the batch in hand, or else of the next, be it another epoch's, which stays to be moved to: of its first samples.
    /// </summary>
    internal Batch? CopyNext(long most)
    {
        lock (_lock)
        {
            for (var reads = 0; IsOpen && Current is null && reads < 2; reads++) // the first may find the end of an epoch
            {
                _before?.Dispose();
                _before = (data as IStateful)?.SaveState();
                Read();
                _isPeeked = Current is not null;
            }

            return Current?.CopyFirst(most);
        }
    }

    /// <summary>A copy of the batch in hand, after which the next of the epoch is in hand, if there is one.</summary>
    internal (Batch Copy, Batch? Next) CopyAndRead()
    {
        lock (_lock)
        {
            var copy = Current!.CopyFirst(Current.Size);
            try
            {
                Read();
            }
            catch
            {
                copy.Dispose();
                throw;
            }

            return (copy, Current);
        }
    }

    public void Dispose()
    {
        lock (_lock)
        {
            (Current, IsOpen) = (null, false); // nothing is read any more
            _epoch?.Dispose();
            _epoch = null;
            if (_isPeeked && _before is not null)
                ((IStateful)data).LoadState(_before); // what had no step is still to come, in another run too
            _isPeeked = false;
            _before?.Dispose();
            _before = null;
        }
    }

    /// <summary>Where the data is; a batch that had no step yet is still to come.</summary>
    internal void VisitState(StateVisitor visitor, string name)
    {
        lock (_lock)
        {
            visitor.Value("epoch_ended", ref _hasEnded);
            if (visitor.IsAnew(name))
                visitor.PassOver(name); // other data than the run began with
            else if (visitor.IsSaving && _isPeeked && _before is not null)
                visitor.Late(name, ref _before);
            else
                visitor.Part(name, data);
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
        _hasEnded = true;
    }
}
