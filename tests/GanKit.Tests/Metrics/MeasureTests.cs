using GanKit.Tests.Training;

namespace GanKit.Tests.Metrics;

/// <summary>Measures at the edges: features that are no numbers or far off, many features, other measures' samples, pairs without a difference.</summary>
public sealed class MeasureTests
{
    [Fact]
    public void Evaluation_OfManyFeatures_MakesNoCovarianceThatNothingAsksFor()
    {
        using var statistics = new FeatureStatistics(100_000, keep: 4, covariance: false); // else 80 GB
        using var features = rand(6, 100_000);
        statistics.Add(features);
        using var mean = statistics.Mean();
        using var expected = features.to(float64).mean([0]);
        TensorAssert.Close(expected, mean, 1e-12);
        Assert.Contains("covariance: false", Assert.Throws<InvalidOperationException>(() => statistics.Covariance()).Message, StringComparison.Ordinal);
        Assert.False(new SlicedWasserstein() is IFeatureMetric { NeedsCovariance: true });
    }

    /// <summary>A measure takes as many samples as it keeps by itself.</summary>
    [Fact]
    public void Measure_BesideOneThatKeepsMore_GivesTheSameNumber()
    {
        using var scope = NewDisposeScope();
        var (real, made) = (rand(60, 8), rand(60, 8));
        var own = new DensityCoverage { Keep = 20 };
        var (few, many) = (Of(20, real, made, own), Of(60, real, made, own));
        Assert.Equal(few.Select(result => result.Value), many.Select(result => result.Value));
        Assert.Equal((20, 20), (many[0].Protocol.Samples, many[0].Protocol.ReferenceSamples));

        static IReadOnlyList<MetricResult> Of(long keep, Tensor real, Tensor made, IFeatureMetric metric)
        {
            using var reference = new FeatureStatistics(8, keep);
            using var generated = new FeatureStatistics(8, keep);
            reference.Add(real);
            generated.Add(made);
            return metric.Measure(reference, generated);
        }
    }

    [Fact]
    public void Measure_OfNaN_IsNoPlausibleNumber()
    {
        using var scope = NewDisposeScope();
        var (logits, features) = (randn(40, 5), rand(40, 6));
        var real = rand(40, 6);
        logits[3, 2] = float.NaN;
        features[3, 2] = float.NaN;
        Assert.True(double.IsNaN(new InceptionScore { Splits = 1 }.Of(logits).Value));
        Assert.Contains("NaN", Assert.Throws<ArgumentException>(() => new DensityCoverage().Between(real, features)).Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentException>(() => new PrecisionRecall().Between(real, features));
        Assert.Equal(1, new InceptionScore { Splits = 1 }.Of(tensor(new[,] { { 500f, 0 }, { 500f, 0 } })).Value, 1e-12); // 0 · log 0
    }

    /// <summary>One sample far away: numbers are those of float64, and the others' are not all computed again.</summary>
    [Fact]
    public void DensityCoverage_WithAnOutlier_IsThatOfFloat64()
    {
        using var scope = NewDisposeScope();
        manual_seed(1);
        var (real, made) = (randn(300, 16), randn(300, 16));
        made[0].mul_(1e4);
        real[5].mul_(-1e3);
        var measured = new DensityCoverage().Between(real, made);
        var (density, coverage) = (measured.Density, measured.Coverage);
        var (wideReal, wideMade) = (real.to(float64), made.to(float64));
        var radii = Apart(wideReal, wideReal).topk(6, largest: false).values[.., 5];
        var inside = Apart(wideReal, wideMade).lt(radii.unsqueeze(1));
        Assert.Equal(inside.sum().item<long>() / 5.0 / 300, density, 1e-9);
        Assert.Equal(inside.any(1).sum().item<long>() / 300.0, coverage, 1e-9);

        static Tensor Apart(Tensor one, Tensor other) => (one.unsqueeze(1) - other.unsqueeze(0)).square().sum(2);
    }

    [Fact]
    public void Pairs_WithoutADifference_HaveNoInterval_AndSizesAreNotMixed()
    {
        using var scope = NewDisposeScope();
        IPairMetric metric = new PeakSignalToNoise();
        var images = rand(5, 1, 8, 8);
        var result = metric.Evaluate([(images, images)]);
        Assert.Equal(double.PositiveInfinity, result.Value);
        Assert.Null(result.Interval);
        var larger = rand(5, 1, 16, 16);
        Assert.Contains("1 x 16 x 16", Assert.Throws<ArgumentException>(
            () => metric.Evaluate([(images, images), (larger, larger)])).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Perceptual_IsAMetricOfPairs()
    {
        using var scope = NewDisposeScope();
        using var lpips = new PerceptualSimilarity(new PerceptualNetwork(ImageNetNetwork.AlexNet(withClassifier: false)).Freeze(CPU), "lpips", "sha256:x");
        IPairMetric metric = lpips;
        var (images, targets) = (rand(4, 3, 32, 32), rand(4, 3, 32, 32));
        var result = metric.Evaluate([(images, targets)]);
        Assert.Equal(lpips.Measure(images, targets).mean().item<float>(), result.Value, 1e-6);
        Assert.Contains("sha256:x", result.Protocol.Settings, StringComparison.Ordinal);
        Assert.True(result.LowerIsBetter);
    }

    [Fact]
    public void TrainerMeasure_OfNeighbouringSeeds_SharesNoSamples()
    {
        using var trainer = Tiny.Convolutional(new());
        using var extractor = new Recorder();
        using var evaluation = Evaluation.Against(new(new InMemory()), extractor, [new SlicedWasserstein()]);
        extractor.Seen.Clear();
        trainer.Measure(evaluation, count: 12, seed: 0, batchSize: 4);
        trainer.Measure(evaluation, count: 12, seed: 1, batchSize: 4);
        Assert.Equal(24, extractor.Seen.Count);
        Assert.Equal(24, extractor.Seen.Distinct().Count());
    }

    [Fact]
    public void MetricCallback_OfAnEvaluation_HasItsPointsWithIntervals()
    {
        using var trainer = Tiny.Convolutional(new());
        using var extractor = new Recorder();
        using var evaluation = Evaluation.Against(new(new InMemory()), extractor, [new FrechetDistance(), new PrecisionRecall(), new DensityCoverage { Neighbour = 2 }]);
        var quality = new MetricCallback(evaluation, every: 2, count: 12);
        using var images = Tiny.Images();
        trainer.Fit([images], steps: 4, callbacks: [quality]);
        string[] names = ["frechet", "precision (exact)", "recall (exact)", "density", "coverage", "precision (prdc)", "recall (prdc)"];
        Assert.Equal([.. names.Select(name => (2, name)), .. names.Select(name => (4, name))], quality.Points.Select(point => (point.Step, point.Name)));
        Assert.All(quality.Points, point => Assert.True(point.Low <= point.Value && point.Value <= point.High));
        Assert.Equal([true, false, false, false], quality.Points.Take(4).Select(point => point.LowerIsBetter));
        Assert.Throws<ArgumentNullException>("evaluation", () => new MetricCallback((Evaluation)null!, every: 1));
    }

    private sealed class InMemory : ImageSource
    {
        private readonly Tensor _images = (rand(20, 1, 16, 16) * 2 - 1).DetachFromDisposeScope();

        public override int Count => 20;

        public override string Name(int index) => "";

        public override LazyImage Open(int index) => LazyImage.FromTensor(_images[index]);
    }

    private sealed class Recorder : IFeatureExtractor, IDisposable
    {
        internal List<string> Seen { get; } = [];

        public string Name => "recorder";

        public string? Hash => null;

        public string Resizer => "none";

        public long FeatureSize => 6;

        public long ClassCount => 0;

        public Tensor Extract(Tensor images)
        {
            Seen.AddRange(images.unbind().Select(image => Convert.ToHexString(image.contiguous().bytes)));
            return images.flatten(1)[.., ..6].clone();
        }

        public (Tensor Features, Tensor Logits) ExtractWithLogits(Tensor images) => throw new NotSupportedException();

        public void Dispose()
        {
        }
    }
}
