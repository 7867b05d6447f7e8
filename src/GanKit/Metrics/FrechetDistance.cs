using static TorchSharp.torch;

namespace GanKit.Metrics;

/// <summary>
/// How far two sets of features lie apart, each taken as a normal distribution: 0 for equal ones. With Inception's features it is the FID.
/// </summary>
/// <remarks>
/// <c>|m1 - m2|² + tr(S1 + S2 - 2 (S1 S2)^(1/2))</c>. The trace of the root is the sum of the singular values of <c>A1ᵀ A2</c>, where
/// <c>S = A Aᵀ</c>: no complex number and no root of a rounded matrix arises. While there are fewer samples than features and all are kept,
/// A is the centred samples over <c>sqrt(N - 1)</c>; otherwise a Cholesky factor, or where that does not exist one of the eigenvectors. In
/// the dialect of a tool it is that tool's number, with its rounding: below N = F those are a little too small, since they take roots of
/// eigenvalues that are 0 but for rounding. The value falls with N, so compare equal numbers of samples alone. Immutable and thread safe.
/// <para>
/// Heusel, Ramsauer, Unterthiner, Nessler, Hochreiter: GANs Trained by a Two Time-Scale Update Rule Converge to a Local Nash Equilibrium,
/// NeurIPS 2017; Dowson, Landau: The Fréchet Distance between Multivariate Normal Distributions, 1982.
/// </para>
/// </remarks>
/// <param name="dialect">Whose number it is; <see cref="MetricDialect.Exact"/> by default.</param>
/// <example>
/// <code>
/// Console.WriteLine(FrechetDistance.Between(reference, generated));
/// </code>
/// </example>
public sealed class FrechetDistance(MetricDialect? dialect = null) : IFeatureMetric
{
    private const int RowsForInterval = 10_000;

    /// <summary>Whose number it is.</summary>
    public MetricDialect Dialect { get; } = dialect ?? MetricDialect.Exact;

    /// <inheritdoc/>
    public string Name => "frechet";

    /// <inheritdoc/>
    public bool LowerIsBetter => true;

    /// <inheritdoc/>
    public long Keep => RowsForInterval;

    /// <inheritdoc/>
    public bool NeedsCovariance => true;

    /// <summary>The distance between two sets of features.</summary>
    /// <param name="reference">Features of real samples, at least 2.</param>
    /// <param name="generated">Features of generated samples, at least 2, of the same extractor.</param>
    /// <param name="dialect">Whose number to give; <see cref="MetricDialect.Exact"/> by default.</param>
    /// <returns>
    /// The distance. <see cref="MetricDialect.StyleGan3"/> gives NaN where SciPy finds no root of the product, which is where features are
    /// constant in one set, others in the other set, and the rest is correlated with both.
    /// </returns>
    /// <exception cref="ArgumentException">The features are of two extractors.</exception>
    /// <exception cref="InvalidOperationException">A set has fewer than 2 samples.</exception>
    public static double Between(FeatureStatistics reference, FeatureStatistics generated, MetricDialect? dialect = null)
    {
        MetricProtocol.RequireSameExtractor(reference, generated);
        dialect ??= MetricDialect.Exact;
        using var scope = NewDisposeScope();
        using var quiet = no_grad();
        if (dialect.Root == MetricDialect.RootOf.Factors)
            return FrechetFactors.Distance(FrechetFactors.Of(reference), FrechetFactors.Of(generated));
        var means = SquaredDistance(Mean(reference, dialect), Mean(generated, dialect));
        var distance = means + OfProduct(
            reference.Covariance(dialect.RemovedDegrees).cpu(), generated.Covariance(dialect.RemovedDegrees).cpu(), dialect);
        return dialect.RoundsToSingle && generated.IsSingle ? (float)distance : distance;
    }

    /// <summary>The distance between two normal distributions, exactly.</summary>
    /// <param name="mean">A mean (F).</param>
    /// <param name="covariance">Its covariance (F, F), symmetric and without negative eigenvalues.</param>
    /// <param name="otherMean">The other mean (F).</param>
    /// <param name="otherCovariance">The other covariance (F, F).</param>
    /// <exception cref="ArgumentException">The shapes do not fit.</exception>
    public static double BetweenMoments(Tensor mean, Tensor covariance, Tensor otherMean, Tensor otherCovariance)
    {
        RequireMoments(mean, covariance, mean);
        RequireMoments(otherMean, otherCovariance, mean);
        using var scope = NewDisposeScope();
        using var quiet = no_grad();
        return FrechetFactors.Distance(FrechetFactors.Of(mean, covariance), FrechetFactors.Of(otherMean, otherCovariance));
    }

    /// <inheritdoc/>
    /// <remarks>
    /// The interval is the jackknife's, to first order: 1.96 times the standard error of the influence that a sample has on the distance.
    /// It needs kept features. Near 0 it is too wide rather than too narrow.
    /// </remarks>
    public IReadOnlyList<MetricResult> Measure(FeatureStatistics reference, FeatureStatistics generated)
    {
        var value = Between(reference, generated, Dialect);
        var error = double.IsFinite(value) && generated.KeptCount > 1 ? FrechetFactors.StandardError(reference, generated) : null;
        return
        [
            new(value, LowerIsBetter, MetricProtocol.Between(Name, Dialect.Name, reference, generated))
            {
                Interval = error is { } known ? ConfidenceInterval.Around(value, known, "jackknife", least: Math.Min(0, value)) : null,
            },
        ];
    }

    private static void RequireMoments(Tensor mean, Tensor covariance, Tensor first)
    {
        ArgumentNullException.ThrowIfNull(mean);
        ArgumentNullException.ThrowIfNull(covariance);
        if (mean.dim() != 1 || mean.shape[0] != first.shape[0] || !covariance.shape.SequenceEqual([mean.shape[0], mean.shape[0]]))
        {
            throw new ArgumentException(
                $"A mean must be (F) and its covariance (F, F), of one F for both distributions, but there are {mean.Describe()} and "
                + $"{covariance.Describe()} where F is {first.Describe()}.", nameof(covariance));
        }
    }

    private static Tensor Mean(FeatureStatistics statistics, MetricDialect dialect) =>
        dialect.MeanInSinglePrecision && statistics.IsSingle
            ? tensor(statistics.SingleSum.ToArray()).Over(statistics.Count) : statistics.Mean().cpu();

    private static double SquaredDistance(Tensor mean, Tensor other) => (mean - other).to(ScalarType.Float64).square().sum().item<double>();

    private static double OfProduct(Tensor covariance, Tensor other, MetricDialect dialect)
    {
        var traces = covariance.trace().item<double>() + other.trace().item<double>();
        if ((dialect.AddsToSingular || dialect.FailsOnSingular) && HasNoRoot(covariance, other))
        {
            if (dialect.FailsOnSingular)
                return double.NaN;
            var offset = eye(covariance.shape[0], dtype: ScalarType.Float64).Times(1e-6);
            (covariance, other) = (covariance.Plus(offset), other.Plus(offset));
        }

        return traces - 2 * linalg.eigvals(covariance.matmul(other)).sqrt().real.sum().item<double>();
    }

    // Features that are constant in one set alone are eigenvalues 0 of the product; where those of one set are coupled with those of the
    // other, 0 has a Jordan block, and such a matrix has no root: SciPy 1.15 divides by 0 there.
    private static bool HasNoRoot(Tensor covariance, Tensor other)
    {
        var (dead, otherDead) = (covariance.diagonal().eq(0), other.diagonal().eq(0));
        var here = dead.logical_and(otherDead.logical_not()).nonzero().flatten();
        var there = otherDead.logical_and(dead.logical_not()).nonzero().flatten();
        return here.numel() > 0 && there.numel() > 0
            && covariance.index_select(0, there).matmul(other.index_select(1, here)).ne(0).any().item<bool>();
    }
}
