using GanKit.Tests.PyTorchParity;

namespace GanKit.Tests.Metrics;

public class FeatureStatisticsTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(7)]
    [InlineData(5000)]
    public void Add_InBatches_IsTheMeanAndCovarianceOfAll(int batch)
    {
        using var scope = NewDisposeScope();
        var features = MetricFeatures.Of(1, batch == 1 ? 50 : 5000, 5, shift: 1e4);
        using var statistics = new FeatureStatistics(5, keep: 12);

        foreach (var part in features.split(batch))
            statistics.Add(part);

        var wide = features.to(float64);
        Assert.Equal(features.shape[0], statistics.Count);
        TensorAssert.Close(wide.mean([0]), statistics.Mean(), relative: 1e-14);
        TensorAssert.Close(wide.t().cov(), statistics.Covariance(), relative: 1e-11, absolute: 1e-11);
        TensorAssert.Close(wide.t().cov(correction: 0), statistics.Covariance(0), relative: 1e-11, absolute: 1e-11);
        TensorAssert.Equal(features[..12], statistics.Features!);
        Assert.False(statistics.KeepsAll);
    }

    /// <summary>The memory is that of a mean, a covariance and the kept rows, whatever the number of samples.</summary>
    [Fact]
    public void Add_ManyBatches_KeepsNoMoreTensors()
    {
        using var statistics = new FeatureStatistics(4, keep: 10);
        using var features = MetricFeatures.Of(1, 20, 4);
        using var logits = MetricFeatures.Of(2, 20, 3);
        statistics.Add(features, logits);
        var before = LiveTensors.OfThisThread;

        for (var i = 0; i < 100; i++)
            statistics.Add(features, logits);

        Assert.Equal(before, LiveTensors.OfThisThread);
        Assert.Equal(2020, statistics.Count);
        Assert.Equal([10, 3], statistics.Logits!.shape);
    }

    [Fact]
    public void Add_WhatDoesNotFit_SaysWhatIsAllowedAndAddsNothing()
    {
        using var scope = NewDisposeScope();
        using var statistics = new FeatureStatistics(4, keep: 10);
        statistics.Add(ones(3, 4));

        Assert.Contains("must be (B, 4)", Assert.Throws<ArgumentException>(() => statistics.Add(ones(3, 5))).Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentException>(() => statistics.Add(ones([3, 4], int64)));
        Assert.Throws<ArgumentException>(() => statistics.Add(empty(0, 4)));
        Assert.Contains("NaN", Assert.Throws<ArgumentException>(() => statistics.Add(full(1, 4, double.NaN))).Message, StringComparison.Ordinal);
        Assert.Contains("all batches or with none",
            Assert.Throws<ArgumentException>(() => statistics.Add(ones(1, 4), ones(1, 2))).Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentException>(() => statistics.Add(ones(2, 4), ones(1, 2)));
        Assert.Equal(3, statistics.Count);
    }

    [Fact]
    public void Covariance_OfTooFewSamples_SaysSo()
    {
        using var statistics = new FeatureStatistics(4);
        Assert.Contains("at least 1 sample, but there are 0",
            Assert.Throws<InvalidOperationException>(() => statistics.Mean()).Message, StringComparison.Ordinal);
        statistics.Add(ones(1, 4));

        Assert.Contains("at least 2 samples, but there is 1",
            Assert.Throws<InvalidOperationException>(() => statistics.Covariance()).Message, StringComparison.Ordinal);
        using var covariance = statistics.Covariance(0);
        TensorAssert.Equal(zeros([4, 4], float64), covariance);
        Assert.Throws<ArgumentOutOfRangeException>(() => statistics.Covariance(2));
    }
}
