using GanKit.Tests.PyTorchParity;

namespace GanKit.Tests.Metrics;

/// <summary>The exact route against closed forms; the tools' numbers are held by <see cref="MetricParityTests"/>.</summary>
public class FrechetDistanceTests
{
    [Fact]
    public void Between_DiagonalCovariances_IsTheClosedForm()
    {
        using var scope = NewDisposeScope();
        var (a, b) = (tensor(new[] { 4.0, 9, 0, 1e-12 }), tensor(new[] { 1.0, 16, 2, 1 }));
        var (m, n) = (tensor(new[] { 0.0, 1, 2, 3 }), tensor(new[] { 1.0, 1, 0, 3 }));

        var distance = FrechetDistance.BetweenMoments(m, a.diag(), n, b.diag());

        var expected = (m - n).square().sum() + (a.sqrt() - b.sqrt()).square().sum();
        Assert.Equal(expected.item<double>(), distance, 1e-12);
    }

    /// <summary>S2 = c² S1 has the distance (1 - c)² tr S1, singular or not.</summary>
    [Theory]
    [InlineData(30, 8)]
    [InlineData(8, 30)]
    public void Between_ScaledSamples_IsTheClosedForm(int count, int size)
    {
        using var scope = NewDisposeScope();
        var rows = MetricFeatures.Of(1, count, size, shift: 5).to(float64);
        using var one = FeatureStatistics.Of(rows);
        using var other = FeatureStatistics.Of(rows * 3 + 1);

        var expected = (rows.mean([0]) * 2 + 1).square().sum() + 4 * one.Covariance().trace();
        Assert.Equal(1, FrechetDistance.Between(one, other) / expected.item<double>(), 1e-11);
    }

    /// <summary>Where the tools give -5e-6 and -1e-4: fewer samples than features.</summary>
    [Theory]
    [InlineData(40, 64)]
    [InlineData(500, 64)]
    [InlineData(64, 64)]
    public void Between_TheSameFeatures_IsZero(int count, int size)
    {
        using var one = FeatureStatistics.Of(MetricFeatures.Of(1, count, size));
        using var streamed = new FeatureStatistics(size);
        streamed.Add(MetricFeatures.Of(1, count, size));
        using var traces = one.Covariance().trace();

        Assert.Equal(0, FrechetDistance.Between(one, one), 1e-12 * traces.item<double>());
        Assert.Equal(0, FrechetDistance.Between(streamed, streamed), 1e-9 * traces.item<double>());
        if (count < size)
            Assert.True(FrechetDistance.Between(one, one, MetricDialect.TorchFidelity) < -1e-9 * traces.item<double>());
    }

    [Fact]
    public void Between_KeptOrStreamed_IsTheSame()
    {
        using var real = FeatureStatistics.Of(MetricFeatures.Of(1, 50, 64));
        using var kept = FeatureStatistics.Of(MetricFeatures.Of(2, 40, 64, 0.5));
        using var streamed = new FeatureStatistics(64);
        foreach (var part in MetricFeatures.Of(2, 40, 64, 0.5).split(7))
            streamed.Add(part);

        Assert.Equal(1, FrechetDistance.Between(real, streamed) / FrechetDistance.Between(real, kept), 1e-7);
    }

    [Fact]
    public void Between_FeaturesOfTwoExtractors_NamesTheDifference()
    {
        using var one = FeatureStatistics.Of(MetricFeatures.Of(1, 10, 4), new() { Extractor = "a", ExtractorHash = "sha256:1" });
        using var other = FeatureStatistics.Of(MetricFeatures.Of(1, 10, 4), new() { Extractor = "a", ExtractorHash = "sha256:2" });
        using var wider = FeatureStatistics.Of(MetricFeatures.Of(1, 10, 5), new() { Extractor = "a", ExtractorHash = "sha256:1" });

        Assert.Contains("the extractor's hash of the reference is 'sha256:1' and that of the generated ones 'sha256:2'",
            Assert.Throws<ArgumentException>(() => FrechetDistance.Between(one, other)).Message, StringComparison.Ordinal);
        Assert.Contains("number of features of the reference is 4 and that of the generated ones 5",
            Assert.Throws<ArgumentException>(() => FrechetDistance.Between(one, wider)).Message, StringComparison.Ordinal);
    }

    /// <summary>
    /// Of 300 drawn sets, at least 90 % of the 95 % intervals hold the mean of 2,000 others, in an apart, a near and a collapsed case.
    /// Where both distributions are one, they may be too wide.
    /// </summary>
    [Theory]
    [InlineData(0.5, 1.2, 0.90, 0.99)]
    [InlineData(0.1, 1.0, 0.90, 1.0)]
    [InlineData(1.0, 0.2, 0.90, 0.99)]
    [InlineData(0.0, 1.0, 0.90, 1.0)]
    public void Measure_Interval_HoldsTheExpectedDistance(double shift, double scale, double least, double most)
    {
        using var scope = NewDisposeScope();
        using var random = new Generator(1, CPU);
        const int Size = 6, Count = 100;
        using var real = FeatureStatistics.Of(randn([1000, Size], float64, generator: random));
        var metric = new FrechetDistance();
        var expected = Enumerable.Range(0, 2000).Average(_ => Draw(set => FrechetDistance.Between(real, set)));

        var held = Enumerable.Range(0, 300).Count(_ => Draw(set => metric.Measure(real, set)[0].Interval!.Contains(expected))) / 300.0;

        Assert.InRange(held, least, most);

        T Draw<T>(Func<FeatureStatistics, T> use)
        {
            using var inner = NewDisposeScope();
            using var set = FeatureStatistics.Of(randn([Count, Size], float64, generator: random) * scale + shift);
            return use(set);
        }
    }
}
