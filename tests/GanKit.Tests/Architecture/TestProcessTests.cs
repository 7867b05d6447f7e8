namespace GanKit.Tests.House;

/// <summary>How the tests themselves run.</summary>
public class TestProcessTests
{
    private readonly int _threadsAtFirst = Environment.GetEnvironmentVariable("OMP_NUM_THREADS") is { } asked
        ? int.Parse(asked, System.Globalization.CultureInfo.InvariantCulture) : 0;

    [Fact]
    public void Threads_OfAnyThread_AreTheProcesss()
    {
        Assert.Equal(_threadsAtFirst, TestProcess.Threads);
        Assert.Equal(TestProcess.Threads, get_num_threads());
        Assert.Equal(TestProcess.Threads, OnANewThread(get_num_threads));
    }

    [Fact]
    [LibtorchThreads(3)]
    public void Threads_WhereATestAsksForMore_AreThatMany()
    {
        Assert.Equal(3, get_num_threads());
        Assert.Equal(3, OnANewThread(get_num_threads));
    }

    [Theory]
    [InlineData(1u)]
    [InlineData(8u)]
    [InlineData(13u)]
    public void Parts_HoldEachClassOnce(uint count)
    {
        var names = typeof(TestProcessTests).Assembly.GetExportedTypes().Select(type => type.FullName!).ToArray();
        var parts = Enumerable.Range(1, (int)count).Select(part => names.Where(name => PartFramework.Holds($"{part}/{count}", name)).ToArray())
            .ToArray();

        Assert.Equal(names.Order(), parts.SelectMany(part => part).Order());
        Assert.All(parts, part => Assert.InRange(part.Length, 1, names.Length));
        Assert.All(names, name => Assert.True(PartFramework.Holds(null, name)));
    }

    [Theory]
    [InlineData("2")]
    [InlineData("0/8")]
    [InlineData("9/8")]
    [InlineData("1/8/2")]
    public void Parts_ThatAreNone_AreRefused(string part) =>
        Assert.Contains(part, Assert.Throws<FormatException>(() => PartFramework.Holds(part, "A")).Message, StringComparison.Ordinal);

    private static int OnANewThread(Func<int> ask)
    {
        var answer = 0;
        var thread = new Thread(() => answer = ask());
        thread.Start();
        thread.Join();
        return answer;
    }
}
