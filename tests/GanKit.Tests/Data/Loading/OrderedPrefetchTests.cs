using CsCheck;

namespace GanKit.Tests.Data.Loading;

public class OrderedPrefetchTests
{
    private sealed class Thing(int number, Action? disposed = null) : IDisposable
    {
        public int Number => number;

        public void Dispose() => disposed?.Invoke();
    }

    private static List<int> TakeAll(OrderedPrefetch<Thing> things)
    {
        var numbers = new List<int>();
        while (things.TryTake(out var thing))
            numbers.Add(thing.Number);
        return numbers;
    }

    [Fact]
    public void TryTake_AnyWorkersAndRoom_KeepsTheOrder() =>
        Gen.Select(Gen.Int[0, 60], Gen.Int[1, 6], Gen.Int[1, 9]).Sample((count, workers, ahead) =>
        {
            using var things = new OrderedPrefetch<Thing>(count, workers, ahead, number =>
            {
                // Uneven work, so that later ones are done earlier.
                Thread.SpinWait(number % 7 * 500);
                return new(number);
            });
            Assert.Equal(Enumerable.Range(0, count), TakeAll(things));
        }, iter: 60, threads: 1);

    [Fact]
    public void Workers_NobodyTakes_StayWithinTheirRoom()
    {
        using var full = new CountdownEvent(5);
        var made = 0;
        using (var things = new OrderedPrefetch<Thing>(100, 3, 5, number =>
        {
            Interlocked.Increment(ref made);
            full.Signal();
            return new(number);
        }))
            full.Wait(TestContext.Current.CancellationToken);
        Assert.Equal(5, made);
    }

    [Fact]
    public void TryTake_MakingFailed_ThrowsThereAndGoesOn()
    {
        using var things = new OrderedPrefetch<Thing>(3, 2, 2, number => number == 1 ? throw new FormatException("one") : new(number));
        Assert.True(things.TryTake(out _));
        Assert.Equal("one", Assert.Throws<FormatException>(() => things.TryTake(out _)).Message);
        Assert.True(things.TryTake(out var last));
        Assert.Equal(2, last.Number);
    }

    [Fact]
    public void Dispose_EndsTheWorkersAndDisposesWhatWasNotTaken()
    {
        var alive = 0;
        var threads = new HashSet<Thread>();
        var things = new OrderedPrefetch<Thing>(1000, 4, 8, number =>
        {
            lock (threads)
                threads.Add(Thread.CurrentThread);
            Interlocked.Increment(ref alive);
            return new(number, () => Interlocked.Decrement(ref alive));
        });
        Assert.True(things.TryTake(out var first));
        things.Dispose();
        Assert.All(threads, thread => Assert.False(thread.IsAlive));
        Assert.Equal(1, alive);
        first.Dispose();
        Assert.False(things.TryTake(out _));
    }

    [Fact]
    public void Dispose_WhileAThingIsBeingMade_WaitsAndDisposesIt()
    {
        using var making = new ManualResetEventSlim();
        using var release = new ManualResetEventSlim();
        var (begun, disposed) = (0, 0);
        Thread? worker = null;
        var things = new OrderedPrefetch<Thing>(1, 1, 1, number =>
        {
            worker = Thread.CurrentThread;
            begun++;
            making.Set();
            release.Wait();
            return new(number, () => disposed++);
        });
        making.Wait(TestContext.Current.CancellationToken);
        things.Stop();
        Assert.True(worker!.IsAlive);
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
        using var things = new OrderedPrefetch<Thing>(1, 1, 1, number =>
        {
            making.Set();
            release.Wait();
            return new(number);
        });
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
