using GanKit.Tests.PyTorchParity;

namespace GanKit.Tests.Metrics;

public class SlicedWassersteinTests
{
    private static readonly SlicedWasserstein Metric = new() { Slices = 64, Seed = 3 };

    /// <summary>A shift by v moves each slice by its component of v.</summary>
    [Fact]
    public void Between_ShiftedFeatures_IsTheMeanComponentOfTheShift()
    {
        using var scope = NewDisposeScope();
        var features = MetricFeatures.Of(1, 200, 5).to(float64);
        var shift = tensor(new[] { 1.0, -2, 0, 3, 0.5 });

        var expected = shift.matmul(Metric.Directions(features)).abs().mean().item<double>();

        Assert.Equal(expected, Metric.Between(features, features + shift), 1e-12);
        // Over all of the sphere in 5 dimensions it is 3/8 of the shift's length.
        var many = shift.matmul(new SlicedWasserstein { Slices = 10_000 }.Directions(features)).abs().mean().item<double>();
        Assert.Equal(0.375 * shift.norm().item<double>(), many, 0.05);
    }

    /// <summary>Each sample twice is the same distribution; other numbers are those of both repeated to a common one.</summary>
    [Fact]
    public void Between_OtherNumbersOfSamples_IsTheDistanceOfTheDistributions()
    {
        using var scope = NewDisposeScope();
        var (one, other) = (MetricFeatures.Of(1, 20, 5), MetricFeatures.Of(2, 15, 5, 0.5));

        Assert.Equal(0, Metric.Between(one, cat([one, one, one])), 1e-12);
        Assert.Equal(Metric.Between(cat([one, one, one]), cat([other, other, other, other])), Metric.Between(one, other), 1e-12);
        Assert.Equal(Metric.Between(one, other), Metric.Between(other, one), 1e-12);
    }

    [Fact]
    public void Measure_TwoSets_StatesItsSlicesAndAnInterval()
    {
        using var real = FeatureStatistics.Of(MetricFeatures.Of(1, 300, 5));
        using var made = FeatureStatistics.Of(MetricFeatures.Of(2, 300, 5, 0.5));

        var result = Metric.Measure(real, made)[0];

        Assert.Equal(Metric.Between(real.Features!, made.Features!), result.Value);
        Assert.Equal("64 slices, seed 3", result.Protocol.Settings);
        Assert.True(result.Interval!.Contains(result.Value));
    }

    [Fact]
    public void PixelFeatures_OtherImages_AreRefused()
    {
        using var scope = NewDisposeScope();
        var pixels = new PixelFeatures(3, 4, 5);
        var images = rand(2, 3, 4, 5);

        TensorAssert.Equal(images.reshape(2, 60), pixels.Extract(images));
        Assert.Contains("must be (B, 3, 4, 5)", Assert.Throws<ArgumentException>(() => pixels.Extract(rand(2, 3, 5, 4))).Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentOutOfRangeException>(() => new PixelFeatures(0, 1, 1));
        Assert.Contains("no logits", Assert.Throws<NotSupportedException>(() => ((IFeatureExtractor)pixels).ExtractWithLogits(images)).Message, StringComparison.Ordinal);
    }
}
