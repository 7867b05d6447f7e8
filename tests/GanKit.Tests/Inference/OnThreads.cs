namespace GanKit.Tests.Inference;

/// <summary>Runs calls on several threads at once.</summary>
internal static class OnThreads
{
    internal const int Threads = 8;

    /// <summary>Calls on each of several threads, beside one that collects garbage; no tensor is left.</summary>
    internal static void RunEach(Action<int> call, int calls)
    {
        var next = -1;
        var left = Threads * calls;
        Run(
            () =>
            {
                var index = Interlocked.Increment(ref next) % Threads;
                var live = LiveTensors.OfThisThread;
                for (var i = 0; i < calls; i++)
                {
                    call(index);
                    Interlocked.Decrement(ref left);
                }

                Assert.Equal(live, LiveTensors.OfThisThread);
            },
            () =>
            {
                while (Volatile.Read(ref left) > 0)
                {
                    GC.Collect();
                    GC.WaitForPendingFinalizers();
                    Thread.Sleep(1);
                }
            },
            once: true);
    }

    /// <summary>Runs an action on each of several threads, over and over until another one's end, or once.</summary>
    internal static void Run(Action action, Action beside, bool once = false)
    {
        var errors = new System.Collections.Concurrent.ConcurrentQueue<Exception>();
        var over = false;
        var threads = Enumerable.Range(0, Threads).Select(_ => new Thread(() =>
        {
            try
            {
                do
                    action();
                while (!once && !Volatile.Read(ref over));
            }
            catch (Exception exception)
            {
                errors.Enqueue(exception);
                Volatile.Write(ref over, true);
            }
        })).ToArray();
        foreach (var thread in threads)
            thread.Start();
        if (once)
        {
            var other = new Thread(() => beside()) { IsBackground = true };
            other.Start();
            foreach (var thread in threads)
                thread.Join();
            if (errors.IsEmpty)
                other.Join();
        }
        else
        {
            beside();
            Volatile.Write(ref over, true);
            foreach (var thread in threads)
                thread.Join();
        }

        Assert.Empty(errors);
    }

    internal static void RequireEqual(Tensor expected, Tensor given)
    {
        using var scope = NewDisposeScope();
        Assert.True(expected.equal(given).all().item<bool>(), "Another result than one call after the other.");
    }
}
