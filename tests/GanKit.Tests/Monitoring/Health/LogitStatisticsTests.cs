namespace GanKit.Tests.Monitoring.Health;

public class LogitStatisticsTests
{
    [Fact]
    public void RankAbove_IsTheShareOfPairs_TiesAsHalf()
    {
        float[] some = [1, 2, 2, 5], others = [2, 0, 2, 7, 5];
        var expected = some.Average(x => others.Average(y => x > y ? 1 : x == y ? 0.5 : 0));
        Assert.Equal(expected, Of(some).RankAbove(Of(others)), 1e-12);
        Assert.Equal(1 - expected, Of(others).RankAbove(Of(some)), 1e-12);
        Assert.Equal(0.5, Of(some).RankAbove(Of(some)), 1e-12);
    }

    [Fact]
    public void ShareAbove_CountsPatches_AndMeanIsOverAll()
    {
        using var scope = NewDisposeScope();
        var statistics = LogitStatistics.Of([tensor(new[,] { { 1f, -1 }, { 3, 3 } }), tensor(new[,] { { -2f, -4 } })]);
        Assert.Equal(0.5, statistics.ShareAbove(0));
        Assert.Equal(0, statistics.Mean, 1e-12);
    }

    [Fact]
    public void IsFinite_WithNaN_IsFalse_AndRanksNothing()
    {
        Assert.False(Of(1, float.NaN).IsFinite);
        Assert.True(double.IsNaN(Of(1, float.NaN).RankAbove(Of(1))));
    }

    [Fact]
    public void Boundary_IsTheLosss_OrNone()
    {
        Assert.Equal(0, LogitStatistics.Boundary(AdversarialLoss.NonSaturating));
        Assert.Equal(0, LogitStatistics.Boundary(AdversarialLoss.Hinge));
        Assert.Equal(0, LogitStatistics.Boundary(AdversarialLoss.Minimax));
        Assert.Equal(0.5, LogitStatistics.Boundary(AdversarialLoss.LeastSquares));
        Assert.True(double.IsNaN(LogitStatistics.Boundary(AdversarialLoss.Wasserstein)));
        Assert.True(double.IsNaN(LogitStatistics.Boundary(AdversarialLoss.RelativisticAverage)));
    }

    private static LogitStatistics Of(params float[] logits)
    {
        using var scope = NewDisposeScope();
        return LogitStatistics.Of([tensor(logits, [logits.Length, 1])]);
    }
}
