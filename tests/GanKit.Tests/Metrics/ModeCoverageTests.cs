namespace GanKit.Tests.Metrics;

public class ModeCoverageTests
{
    [Fact]
    public void OfGaussians_TheDataItself_CoversAll()
    {
        using var scope = NewDisposeScope();

        var ring = ModeCoverage.OfGaussians(Toy.EightGaussians(5000), Toy.EightGaussiansCentres(), Toy.EightGaussiansSigma);
        var grid = ModeCoverage.OfGaussians(Toy.TwentyFiveGaussians(5000), Toy.TwentyFiveGaussiansCentres(), Toy.TwentyFiveGaussiansSigma);

        Assert.Equal((8, 8), (ring.Covered, ring.Modes));
        Assert.Equal((25, 25), (grid.Covered, grid.Modes));
        // In the plane, 1 - exp(-9 / 2) of a Gaussian is within three standard deviations.
        Assert.Equal(1 - Math.Exp(-4.5), ring.HighQuality, 0.005);
        Assert.Equal(1 - Math.Exp(-4.5), grid.HighQuality, 0.005);
        Assert.InRange(ring.Divergence, 0, 0.005);
        Assert.InRange(grid.Divergence, 0, 0.01);
    }

    [Fact]
    public void OfGaussians_TwoModesAndSomeFarAway_CountsTheNearAlone()
    {
        using var scope = NewDisposeScope();
        var centres = Toy.EightGaussiansCentres();
        var samples = cat([centres[..1].repeat(3, 1), centres[4..5], zeros(4, 2)]);

        var coverage = ModeCoverage.OfGaussians(samples, centres, 0.02);

        Assert.Equal((2, 8, 0.5), (coverage.Covered, coverage.Modes, coverage.HighQuality));
        Assert.Equal(0.75 * Math.Log(0.75 * 8) + 0.25 * Math.Log(0.25 * 8), coverage.Divergence, 1e-12);
        var none = ModeCoverage.OfGaussians(zeros(4, 2), centres, 0.02);
        Assert.Equal((0, 0.0), (none.Covered, none.HighQuality));
        Assert.True(double.IsNaN(none.Divergence));
    }

    [Fact]
    public void OfClasses_AgainstRealLabels_IsTheirDivergence()
    {
        using var scope = NewDisposeScope();
        var labels = tensor(new long[] { 0, 0, 1, 1 });

        var even = ModeCoverage.OfClasses(labels, 4);
        var real = ModeCoverage.OfClasses(labels, 4, tensor(new long[] { 0, 1, 1, 1, 2, 2, 2, 2 }));
        var strange = ModeCoverage.OfClasses(labels, 4, tensor(new long[] { 0, 2 }));

        Assert.Equal((2, 4, 1.0), (even.Covered, even.Modes, even.HighQuality));
        Assert.Equal(Math.Log(2), even.Divergence, 1e-12);
        Assert.Equal(0.5 * Math.Log(4) + 0.5 * Math.Log(4 / 3.0), real.Divergence, 1e-12);
        Assert.Equal(double.PositiveInfinity, strange.Divergence);
    }

    [Fact]
    public void OfClasses_WhatDoesNotFit_SaysWhatIsAllowed()
    {
        using var scope = NewDisposeScope();
        Assert.Contains("from 0 to 3", Assert.Throws<ArgumentException>(() => ModeCoverage.OfClasses(tensor(new long[] { 4 }), 4)).Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentException>(() => ModeCoverage.OfClasses(tensor(new long[] { -1 }), 4));
        Assert.Throws<ArgumentException>(() => ModeCoverage.OfClasses(tensor(new[] { 1f }), 4));
        Assert.Throws<ArgumentOutOfRangeException>(() => ModeCoverage.OfClasses(tensor(new long[] { 0 }), 0));
        Assert.Throws<ArgumentException>(() => ModeCoverage.OfGaussians(zeros(4, 3), Toy.EightGaussiansCentres(), 0.02));
        Assert.Throws<ArgumentOutOfRangeException>(() => ModeCoverage.OfGaussians(zeros(4, 2), Toy.EightGaussiansCentres(), 0));
    }

    [Fact]
    public void ClassCoverage_ByLogits_HasBothNumbers()
    {
        using var scope = NewDisposeScope();
        using var real = new FeatureStatistics(3, keep: 10);
        using var made = new FeatureStatistics(3, keep: 10);
        real.Add(eye(3)[..2].repeat(2, 1), eye(3)[..2].repeat(2, 1));
        made.Add(eye(3)[..1].repeat(4, 1), eye(3)[..1].repeat(4, 1));

        var results = new ClassCoverage().Measure(real, made);

        Assert.Equal(["class divergence", "class coverage"], results.Select(result => result.Name));
        Assert.Equal(Math.Log(2), results[0].Value, 1e-12);
        Assert.Equal(0.5, results[1].Value);
        Assert.Equal([true, false], results.Select(result => result.LowerIsBetter));
    }
}
