namespace GanKit.Tests.Data;

public class SeededRandomTests
{
    [Fact]
    public void NextInt64_OfAHugeBound_FavoursNoResult()
    {
        // Of 2^64 draws, 3 fall on two in three of these results and 2 on the third, unless some are drawn again.
        const long bound = 3L << 61;
        var random = new SeededRandom(1);
        var counts = new int[3];
        for (var i = 0; i < 30_000; i++)
            counts[random.NextInt64(bound) % 3]++;
        Assert.All(counts, count => Assert.InRange(count, 9_500, 10_500));
    }

    [Fact]
    public void Next_WholeRange_HasBothSigns()
    {
        var random = new SeededRandom(1);
        var longs = Enumerable.Range(0, 100).Select(_ => random.NextInt64(long.MinValue, long.MaxValue)).ToArray();
        Assert.InRange(longs.Count(value => value < 0), 30, 70);
        var ints = Enumerable.Range(0, 100).Select(_ => random.Next(int.MinValue, int.MaxValue)).ToArray();
        Assert.InRange(ints.Count(value => value < 0), 30, 70);
    }

    [Theory, InlineData(5, 5, 5), InlineData(-3, -2, -3)]
    public void Next_RangeOfOne_IsIt(int low, int high, int only) =>
        Assert.Equal(only, new SeededRandom(9).Next(low, high));
}
