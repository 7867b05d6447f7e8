using System.Diagnostics.CodeAnalysis;
using System.Threading.Channels;

namespace GanKit;

/// <summary>Something whose parts are made by several threads at once: see <see cref="OrderedPrefetch{T}"/>.</summary>
internal interface IInParts : IDisposable
{
    /// <summary>How many parts there are, at least one.</summary>
    int Parts { get; }

    /// <summary>Makes a part. It never throws; what goes wrong is kept for the consumer of the whole.</summary>
    /// <param name="part">From 0 to <see cref="Parts"/> - 1, each once.</param>
    void Make(int part);
}

/// <summary>
/// Makes numbered things, of several parts each, on worker threads, a bounded way ahead, and hands them over in their
/// order.
/// </summary>
/// <remarks>
/// The consumer begins things, as many as it may be ahead, and puts their parts into a channel, from which workers take them. What was
/// begun and not taken is disposed, once no worker is at it. One consumer thread at a time.
/// </remarks>
internal sealed class OrderedPrefetch<T> : IDisposable
    where T : class, IInParts
{
    // A worker that waits is woken by the thread that writes: in the pool, others might be first.
    private readonly Channel<(Begun Thing, int Part)> _parts = Channel.CreateUnbounded<(Begun, int)>(
        new() { AllowSynchronousContinuations = true });

    private readonly Queue<Begun> _ahead = [];
    private readonly CancellationTokenSource _stop = new();
    private readonly Func<int, T> _begin;
    private readonly int _count;
    private readonly Thread[] _workers;
    private int _begun;
    private int _working;

    internal OrderedPrefetch(int count, int workers, int ahead, Func<int, T> begin)
    {
        (_count, _begin, _working) = (count, begin, count == 0 ? 0 : workers);
        _workers = [.. Enumerable.Range(0, _working).Select(
            i => new Thread(Work) { IsBackground = true, Name = $"GanKit loader {i}" })];
        foreach (var worker in _workers)
            worker.Start();
        while (_begun < Math.Min(count, Math.Max(ahead, 1)))
            Begin();
    }

    /// <summary>Waits for the next thing.</summary>
    /// <returns>Whether there was one. It is the caller's.</returns>
    internal bool TryTake([NotNullWhen(true)] out T? thing)
    {
        thing = null;
        if (_stop.IsCancellationRequested || !_ahead.TryPeek(out var next))
            return false;
        try
        {
            next.Left.Wait(_stop.Token);
        }
        catch (OperationCanceledException)
        {
            return false;
        }

        lock (_ahead)
        {
            if (!_ahead.TryDequeue(out _))
                return false;
        }

        thing = next.Thing;
        if (_begun < _count)
            Begin();
        return true;
    }

    /// <summary>Tells the workers to end after what they are making now, without waiting for them.</summary>
    internal void Stop()
    {
        _stop.Cancel();
        _parts.Writer.TryComplete();
        DisposeIfIdle(ended: 0);
    }

    /// <summary>Ends the workers and disposes of what was not taken.</summary>
    public void Dispose()
    {
        Stop();
        foreach (var worker in _workers)
            worker.Join();
    }

    private void Begin()
    {
        var begun = new Begun(_begin(_begun++));
        lock (_ahead)
            _ahead.Enqueue(begun);
        for (var part = 0; part < begun.Thing.Parts; part++)
            _parts.Writer.TryWrite((begun, part));
        if (_begun == _count)
            _parts.Writer.TryComplete();
    }

    private void Work()
    {
        foreach (var (begun, part) in _parts.Reader.ReadAllAsync().ToBlockingEnumerable())
        {
            if (_stop.IsCancellationRequested)
                break;
            begun.Thing.Make(part);
            begun.Left.Signal();
        }

        DisposeIfIdle(ended: 1);
    }

    private void DisposeIfIdle(int ended)
    {
        lock (_ahead)
        {
            _working -= ended;
            if (_working > 0 || !_stop.IsCancellationRequested)
                return;
            while (_ahead.TryDequeue(out var begun))
                begun.Thing.Dispose();
        }
    }

    private sealed record Begun(T Thing)
    {
        /// <summary>The parts that are not made.</summary>
        internal CountdownEvent Left { get; } = new(Thing.Parts);
    }
}
