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
    private readonly object gate = new();
    private readonly Func<int, T> make;
    private readonly int count;
    private readonly Made?[] ring;
    private readonly Thread[] workers;
    private int claimed, taken;
    private bool stopped;

    internal OrderedPrefetch(int count, int workers, int ahead, Func<int, T> make)
    {
        this.count = count;
        this.make = make;
        ring = new Made?[Math.Max(ahead, 1)];
        this.workers = [.. Enumerable.Range(0, Math.Min(workers, count)).Select(i => new Thread(Work) { IsBackground = true, Name = $"GanKit loader {i}" })];
        foreach (var worker in this.workers)
            worker.Start();
    }

    /// <summary>Waits for the next thing.</summary>
    /// <returns>Whether there was one. It is the caller's; an exception of its making is thrown here.</returns>
    internal bool TryTake([System.Diagnostics.CodeAnalysis.NotNullWhen(true)] out T? thing)
    {
        thing = default;
        Made made;
        lock (gate)
        {
            if (stopped || taken == count)
                return false;
            ref var place = ref ring[taken % ring.Length];
            while (place is null && !stopped)
                Monitor.Wait(gate);
            if (place is null)
                return false;
            made = place.Value;
            place = null;
            taken++;
            Monitor.PulseAll(gate);
        }
        made.Failure?.Throw();
        thing = made.Thing!;
        return true;
    }

    /// <summary>Tells the workers to end after what they are making now, without waiting for them.</summary>
    internal void Stop()
    {
        lock (gate)
        {
            stopped = true;
            for (var i = 0; i < ring.Length; i++)
            {
                ring[i]?.Thing?.Dispose();
                ring[i] = null;
            }
            Monitor.PulseAll(gate);
        }
    }

    /// <summary>Ends the workers and disposes of what was not taken.</summary>
    public void Dispose()
    {
        Stop();
        foreach (var worker in workers)
            worker.Join();
    }

    private void Work()
    {
        while (Claim() is int number)
        {
            Made made;
            try
            {
                made = new(make(number), null);
            }
            // Whatever goes wrong is the consumer's to know: on this thread it would end the process.
            catch (Exception e)
            {
                made = new(default, ExceptionDispatchInfo.Capture(e));
            }
            lock (gate)
            {
                if (stopped)
                    made.Thing?.Dispose();
                else
                    ring[number % ring.Length] = made;
                Monitor.PulseAll(gate);
            }
        }
    }

    private int? Claim()
    {
        lock (gate)
        {
            while (!stopped && claimed < count && claimed - taken >= ring.Length)
                Monitor.Wait(gate);
            return stopped || claimed == count ? null : claimed++;
        }
    }

    private readonly record struct Made(T? Thing, ExceptionDispatchInfo? Failure);
}
