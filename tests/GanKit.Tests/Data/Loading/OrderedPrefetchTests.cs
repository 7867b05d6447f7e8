using CsCheck;

namespace GanKit.Tests.Data.Loading;

public class OrderedPrefetchTests
{
    private sealed class Thing(int number, int parts, Action<int>? make = null, Action? disposed = null) : IInParts
    {
        private readonly int[] _made = new int[parts];

        public int Number => number;

        public int Parts => parts;

        public void Make(int part)
        {
            make?.Invoke(part);
            Interlocked.Increment(ref _made[part]);
        }

        public bool IsMadeOnce => _made.All(times => times == 1);

        public void Dispose() => disposed?.Invoke();
    }

    [Fact]
    public void TryTake_AnyWorkersRoomAndParts_KeepsTheOrderAndMakesEachPartOnce() =>
        Gen.Select(Gen.Int[0, 30], Gen.Int[1, 6], Gen.Int[1, 5], Gen.Int[1, 7]).Sample((count, workers, ahead, parts) =>
        {
            // Uneven work, so that later ones are done earlier.
            using var things = new OrderedPrefetch<Thing>(count, workers, ahead, number => new(
                number, 1 + number % parts, part => Thread.SpinWait((number + part) % 7 * 500)));
            for (var number = 0; number < count; number++)
            {
                Assert.True(things.TryTake(out var thing));
                Assert.Equal(number, thing.Number);
                Assert.True(thing.IsMadeOnce);
            }

            Assert.False(things.TryTake(out _));
        }, iter: 60, threads: 1);

    [Fact]
    public void Workers_NobodyTakes_StayWithinTheirRoom()
    {
        using var full = new CountdownEvent(15);
        var (begun, made) = (0, 0);
        using (var things = new OrderedPrefetch<Thing>(100, 3, 5, number =>
        {
            begun++;
            return new(number, 3, _ =>
            {
                Interlocked.Increment(ref made);
                full.Signal();
            });
        }))
            full.Wait(TestContext.Current.CancellationToken);
        Assert.Equal((5, 15), (begun, made));
    }

    [Fact]
    public void Workers_OneThingOfManyParts_AllWorkOnIt()
    {
        using var together = new Barrier(3);
        using var things = new OrderedPrefetch<Thing>(
            1, 3, 1, number => new(number, 3, _ => together.SignalAndWait(TestContext.Current.CancellationToken)));
        Assert.True(things.TryTake(out var thing));
        Assert.True(thing.IsMadeOnce);
    }

    [Fact]
    public void Dispose_EndsTheWorkersAndDisposesWhatWasNotTaken()
    {
        var alive = 0;
        var threads = new HashSet<Thread>();
        var things = new OrderedPrefetch<Thing>(1000, 4, 8, number =>
        {
            Interlocked.Increment(ref alive);
            return new(
                number, 2,
                _ =>
                {
                    lock (threads)
                        threads.Add(Thread.CurrentThread);
                },
                () => Interlocked.Decrement(ref alive));
        });
        Assert.True(things.TryTake(out var first));
        things.Dispose();
        Assert.All(threads, thread => Assert.False(thread.IsAlive));
        Assert.Equal(1, alive);
        first.Dispose();
        Assert.False(things.TryTake(out _));
    }

    [Fact]
    public void Dispose_WhileAPartIsBeingMade_WaitsAndDisposesTheThingOnce()
    {
        using var making = new ManualResetEventSlim();
        using var release = new ManualResetEventSlim();
        var (begun, disposed) = (0, 0);
        Thread? worker = null;
        var things = new OrderedPrefetch<Thing>(1, 1, 1, number => new(
            number, 2,
            _ =>
            {
                worker = Thread.CurrentThread;
                begun++;
                making.Set();
                release.Wait();
            },
            () => disposed++));
        making.Wait(TestContext.Current.CancellationToken);
        things.Stop();
        Assert.True(worker!.IsAlive);
        Assert.Equal(0, disposed);
        using var timer = new Timer(_ => release.Set(), null, dueTime: 50, Timeout.Infinite);
        things.Dispose();
        Assert.False(worker.IsAlive);
        Assert.Equal((1, 1), (begun, disposed));
    }

    [Fact]
    public void Stop_WakesAWaitingConsumer()
    {
        using var making = new ManualResetEventSlim();
        using var release = new ManualResetEventSlim();
        using var things = new OrderedPrefetch<Thing>(1, 1, 1, number => new(number, 1, _ =>
        {
            making.Set();
            release.Wait();
        }));
        making.Wait(TestContext.Current.CancellationToken);
        bool? taken = null;
        var consumer = new Thread(() => taken = things.TryTake(out _));
        consumer.Start();
        things.Stop();
        consumer.Join();
        Assert.False(taken);
        release.Set();
    }
}
