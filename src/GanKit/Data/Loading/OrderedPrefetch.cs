using System.Runtime.ExceptionServices;

namespace GanKit;

/// <summary>Makes numbered things on worker threads, a bounded way ahead, and hands them over in their order.</summary>
/// <remarks>
/// Workers claim the next number, make it, and put it into a ring of <c>ahead</c> places; the consumer empties the ring
/// from the front. What was made and never taken is disposed. One consumer thread at a time.
/// </remarks>
internal sealed class OrderedPrefetch<T> : IDisposable
    where T : IDisposable
{
    private readonly object _gate = new();
    private readonly Func<int, T> _make;
    private readonly int _count;
    private readonly Made?[] _ring;
    private readonly Thread[] _workers;
    private int _claimed;
    private int _taken;
    private bool _stopped;

    internal OrderedPrefetch(int count, int workers, int ahead, Func<int, T> make)
    {
        _count = count;
        _make = make;
        _ring = new Made?[Math.Max(ahead, 1)];
        _workers = [.. Enumerable.Range(0, Math.Min(workers, count)).Select(i => new Thread(Work) { IsBackground = true, Name = $"GanKit loader {i}" })];
        foreach (var worker in _workers)
            worker.Start();
    }

    /// <summary>Waits for the next thing.</summary>
    /// <returns>Whether there was one. It is the caller's; an exception of its making is thrown here.</returns>
    internal bool TryTake([System.Diagnostics.CodeAnalysis.NotNullWhen(true)] out T? thing)
    {
        thing = default;
        Made made;
        lock (_gate)
        {
            if (_stopped || _taken == _count)
                return false;
            ref var place = ref _ring[_taken % _ring.Length];
            while (place is null && !_stopped)
                Monitor.Wait(_gate);
            if (place is null)
                return false;
            made = place.Value;
            place = null;
            _taken++;
            Monitor.PulseAll(_gate);
        }
        made.Failure?.Throw();
        thing = made.Thing!;
        return true;
    }

    /// <summary>Tells the workers to end after what they are making now, without waiting for them.</summary>
    internal void Stop()
    {
        lock (_gate)
        {
            _stopped = true;
            for (var i = 0; i < _ring.Length; i++)
            {
                _ring[i]?.Thing?.Dispose();
                _ring[i] = null;
            }
            Monitor.PulseAll(_gate);
        }
    }

    /// <summary>Ends the workers and disposes of what was not taken.</summary>
    public void Dispose()
    {
        Stop();
        foreach (var worker in _workers)
            worker.Join();
    }

    private void Work()
    {
        while (Claim() is int number)
        {
            Made made;
            try
            {
                made = new(_make(number), null);
            }
            // Whatever goes wrong is the consumer's to know: on this thread it would end the process.
            catch (Exception e)
            {
                made = new(default, ExceptionDispatchInfo.Capture(e));
            }
            lock (_gate)
            {
                if (_stopped)
                    made.Thing?.Dispose();
                else
                    _ring[number % _ring.Length] = made;
                Monitor.PulseAll(_gate);
            }
        }
    }

    private int? Claim()
    {
        lock (_gate)
        {
            while (!_stopped && _claimed < _count && _claimed - _taken >= _ring.Length)
                Monitor.Wait(_gate);
            return _stopped || _claimed == _count ? null : _claimed++;
        }
    }

    private readonly record struct Made(T? Thing, ExceptionDispatchInfo? Failure);
}
