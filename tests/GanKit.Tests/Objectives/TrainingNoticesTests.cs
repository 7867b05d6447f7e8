namespace GanKit.Tests.Objectives;

public class TrainingNoticesTests
{
    [Fact]
    public void Notices_FromSeveralThreads_AreSaidOnce()
    {
        using var notices = new TrainingNotices();
        var zero = new Dictionary<string, double> { ["discriminator"] = 0 };
        var threads = Enumerable.Range(0, 8).Select(_ => new Thread(() =>
        {
            for (var step = 1; step <= 2_000; step++)
                notices.LookAtMetrics(step, zero);
        })).ToArray();
        Array.ForEach(threads, thread => thread.Start());
        Array.ForEach(threads, thread => thread.Join());
        Assert.Single(notices.Said);
    }
}
