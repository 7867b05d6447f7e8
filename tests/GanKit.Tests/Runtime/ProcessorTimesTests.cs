namespace GanKit.Tests.Runtime;

public class ProcessorTimesTests
{
    private static readonly ProcessorTimes Before = new(Wall: 100, Process: 150, Ran: 60, Waited: 40, Cores: 2);

    [Theory]
    [InlineData(6.5, 3.5, 13, 2, true)] // beside a busy program
    [InlineData(10, 0.1, 19.9, 2, false)] // alone
    [InlineData(1, 0.1, 1.2, 2, false)] // waiting for data
    [InlineData(5, 5, 19.8, 2, false)] // among threads of its own
    [InlineData(6.5, 3.5, 6.5, 1, false)] // one thread waits for no other
    [InlineData(0, 0, 0, 2, false)]
    public void Contention_TenSeconds_IsSeenWhereOthersHaveTheCores(
        double ran, double waited, double process, int cores, bool seen)
    {
        var now = new ProcessorTimes(Before.Wall + 10, Before.Process + process, Before.Ran + ran, Before.Waited + waited, cores);

        Assert.Equal(seen, now.Contention(Before) is not null);
    }

    [Fact]
    public void OfThisThread_OnLinux_GrowWithItsWork()
    {
        if (ProcessorTimes.OfThisThread() is not { } before)
            return;
        while (ProcessorTimes.OfThisThread()!.Value.Ran < before.Ran + 0.05)
        {
        }

        var after = ProcessorTimes.OfThisThread()!.Value;
        Assert.InRange(after.Process - before.Process, 0.04, double.MaxValue);
        Assert.InRange(after.Wall, before.Wall, double.MaxValue);
        Assert.InRange(after.Waited, before.Waited, double.MaxValue);
        Assert.Equal(Math.Min(get_num_threads(), Environment.ProcessorCount), after.Cores);
    }
}
