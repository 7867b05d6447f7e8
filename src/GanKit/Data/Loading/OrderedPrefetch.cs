using System.Diagnostics.CodeAnalysis;

namespace GanKit.Data;

/// <summary>An item with parts that several threads make at once: see <see cref="OrderedPrefetch{T}"/>.</summary>
internal interface IInParts : IDisposable
{
    /// <summary>How many parts there are, at least one.</summary>
    int Parts { get; }

    /// <summary>Makes a part. It never throws; an error is kept for the consumer of the item.</summary>
    /// <param name="part">From 0 to <see cref="Parts"/> - 1, each once.</param>
    void Make(int part);
}

/// <summary>
/// Makes numbered items, of several parts each, on worker threads, a bounded number ahead, and delivers them in order.
/// </summary>
/// <remarks>
/// Items in progress and finished items lie in a ring of <c>ahead</c> places. Workers claim the next part, of the next item when one has no
/// more, and make it; the consumer takes items from the front. Items that were begun and never taken are disposed, once no worker uses
/// them. One consumer thread at a time. A monitor guards the ring: with a channel the rate of small images on busy cores was half as high,
/// as its waiting threads spin before they block.
/// </remarks>
internal sealed class OrderedPrefetch<T> : IDisposable
    where T : class, IInParts
{
    private readonly object _gate = new();
    private readonly Func<int, T> _begin;
    private readonly int _count;
    private readonly Place?[] _ring;
    private readonly Thread[] _workers;
    private int _begun;
    private int _taken;
    private bool _stopped;

    internal OrderedPrefetch(int count, int workers, int ahead, Func<int, T> begin)
    {
        (_count, _begin) = (count, begin);
        _ring = new Place?[Math.Max(ahead, 1)];
        _workers = [.. Enumerable.Range(0, count == 0 ? 0 : workers).Select(
            i => new Thread(Work) { IsBackground = true, Name = $"GanKit loader {i}" })];
        foreach (var worker in _workers)
            worker.Start();
    }

    /// <summary>Waits for the next item.</summary>
    /// <returns>Whether there was one. It is the caller's.</returns>
    internal bool TryTake([NotNullWhen(true)] out T? thing)
    {
        lock (_gate)
        {
            thing = null;
            if (_taken == _count)
                return false;
            ref var place = ref _ring[_taken % _ring.Length];
            while (!_stopped && place is not { IsReady: true })
                Monitor.Wait(_gate);
            if (_stopped)
                return false;
            thing = place!.Thing;
            place = null;
            _taken++;
            Monitor.PulseAll(_gate);
            return true;
        }
    }

    /// <summary>Tells the workers to end after their current part, without waiting for them.</summary>
    internal void Stop()
    {
        lock (_gate)
        {
            _stopped = true;
            for (var i = 0; i < _ring.Length; i++)
                if (_ring[i] is { IsIdle: true } place)
                {
                    place.Thing.Dispose();
                    _ring[i] = null;
                }

            Monitor.PulseAll(_gate);
        }
    }

    /// <summary>Ends the workers and disposes the items that were not taken.</summary>
    public void Dispose()
    {
        Stop();
        foreach (var worker in _workers)
            worker.Join();
    }

    private void Work()
    {
        while (Claim() is var (place, part))
        {
            place.Thing.Make(part);
            lock (_gate)
            {
                place.Made++;
                if (_stopped && place.IsIdle)
                    place.Thing.Dispose();
                else if (place.IsReady)
                    Monitor.PulseAll(_gate);
            }
        }
    }

    private (Place, int)? Claim()
    {
        lock (_gate)
        {
            while (true)
            {
                if (_stopped)
                    return null;
                if (_begun > _taken && _ring[(_begun - 1) % _ring.Length] is { } last && last.Claimed < last.Thing.Parts)
                    return (last, last.Claimed++);
                if (_begun == _count)
                    return null;
                if (_begun - _taken < _ring.Length)
                    _ring[_begun % _ring.Length] = new(_begin(_begun++));
                else
                    Monitor.Wait(_gate);
            }
        }
    }

    private sealed class Place(T thing)
    {
        internal T Thing => thing;

        internal int Claimed { get; set; }

        internal int Made { get; set; }

        internal bool IsReady => Made == thing.Parts;

        internal bool IsIdle => Made == Claimed;
    }
}
