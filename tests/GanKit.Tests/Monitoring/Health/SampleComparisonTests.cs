namespace GanKit.Tests.Monitoring.Health;

public class SampleComparisonTests
{
    /// <summary>Points on a line, whose means of distances are counted by hand.</summary>
    [Fact]
    public void Of_PointsOnALine_IsTheMeansOfTheirDistances()
    {
        using var scope = NewDisposeScope();
        float[] real = [0, 1, 3, 7], fake = [2, 2, 4, 10];

        var comparison = SampleComparison.Of(tensor(real, [4, 1]), tensor(fake, [4, 1]));

        var (ofReal, ofFake, across) = (Within(real), Within(fake), real.Average(x => fake.Average(y => Math.Abs(x - y))));
        Assert.Equal((2 * across - ofReal - ofFake) / (2 * across), comparison.Distance, 1e-6);
        Assert.Equal(ofFake / ofReal, comparison.Diversity, 1e-6);
        Assert.Equal(Jackknife(real, fake), comparison.DistanceError, 1e-6);
    }

    [Fact]
    public void Of_OneDistribution_IsWithinItsErrorsOfZeroAndOne()
    {
        using var scope = NewDisposeScope();
        manual_seed(1);
        var near = Enumerable.Range(0, 100).Count(_ =>
        {
            using var inner = NewDisposeScope();
            var comparison = SampleComparison.Of(randn(64, 3), randn(48, 3));
            return Math.Abs(comparison.Distance) < 2 * comparison.DistanceError + 0.01
                && Math.Abs(comparison.Diversity - 1) < 2 * comparison.DiversityError;
        });
        Assert.InRange(near, 85, 100);
    }

    [Fact]
    public void Of_OnePointAgainAndAgain_HasNoDiversity_AndIsFar()
    {
        using var scope = NewDisposeScope();
        manual_seed(1);
        var comparison = SampleComparison.Of(randn(64, 8) * 100, zeros(64, 8) + 50);
        Assert.InRange(comparison.Diversity, 0, 0.001);
        Assert.InRange(comparison.Distance, 0.3, 1);
    }

    [Theory]
    [InlineData(3, 10)]
    [InlineData(10, 3)]
    public void Of_TooFew_IsNotKnown(long real, long fake)
    {
        using var scope = NewDisposeScope();
        Assert.Equal(SampleComparison.Unknown, SampleComparison.Of(randn(real, 2), randn(fake, 2)));
    }

    private static double Within(float[] values) =>
        values.SelectMany((x, i) => values.Where((_, j) => i != j).Select(y => (double)Math.Abs(x - y))).Average();

    private static double Jackknife(float[] real, float[] fake)
    {
        double[] withoutReal = [.. real.Select((_, i) => H([.. real.Where((_, j) => i != j)], fake))];
        double[] withoutFake = [.. fake.Select((_, i) => H(real, [.. fake.Where((_, j) => i != j)]))];
        return Math.Sqrt(Spread(withoutReal) + Spread(withoutFake));

        static double H(float[] some, float[] others) =>
            some.Average(x => others.Average(y => (double)Math.Abs(x - y))) is var across ? (2 * across - Within(some) - Within(others)) / (2 * across) : 0;

        static double Spread(double[] values) =>
            values.Sum(value => Math.Pow(value - values.Average(), 2)) * (values.Length - 1) / values.Length;
    }
}
