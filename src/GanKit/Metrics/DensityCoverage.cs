using System.Globalization;
using static TorchSharp.torch;

namespace GanKit.Metrics;

/// <summary>
/// Density, how many real neighbourhoods a generated sample lies in on average, and coverage, the share of real samples that have a generated
/// one in their neighbourhood; with precision and recall as their authors compute them.
/// </summary>
/// <remarks>
/// Unlike precision, density is not raised by a single outlier among the real samples; unlike recall, coverage is not raised by outliers
/// among the generated ones. A neighbourhood is the ball to the k-th neighbour without its border: the distance is smaller than the radius.
/// <c>density = 1 / (k M) · sum of 1(|y - x| &lt; r(x))</c>, which may be above 1; <c>coverage = 1 / N · sum of 1(min |y - x| &lt; r(x))</c>.
/// Computed as <see cref="PrecisionRecall"/> says. Immutable and thread safe.
/// <para>Naeem, Oh, Uh, Choi, Yoo: Reliable Fidelity and Diversity Metrics for Generative Models, ICML 2020.</para>
/// </remarks>
public sealed class DensityCoverage : IFeatureMetric
{
    /// <summary>k, the neighbour that a ball reaches to, at least 1; 5, the authors'.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is below 1.</exception>
    public int Neighbour
    {
        get;
        init => field = Balls.RequireNeighbour(value);
    } = 5;

    /// <inheritdoc/>
    public string Name => "density and coverage";

    /// <inheritdoc/>
    public bool LowerIsBetter => false;

    /// <summary>How many features of each set to keep and compare; 10,000 by default, the authors'.</summary>
    public long Keep { get; init; } = 10_000;

    /// <summary>The four numbers between two sets of features.</summary>
    /// <param name="reference">Features (N, F) of real samples, more than k.</param>
    /// <param name="generated">Features (M, F) of generated samples, more than k.</param>
    /// <exception cref="ArgumentException">Shapes do not fit, or there are too few samples.</exception>
    public (double Density, double Coverage, double Precision, double Recall) Between(Tensor reference, Tensor generated)
    {
        var counts = BallCounts.Between(reference, generated, Neighbour, strict: true);
        return (counts.Density, counts.Coverage, counts.Precision, counts.Recall);
    }

    /// <inheritdoc/>
    /// <returns>"density", "coverage", "precision" and "recall", with intervals.</returns>
    public IReadOnlyList<MetricResult> Measure(FeatureStatistics reference, FeatureStatistics generated)
    {
        var settings = string.Create(CultureInfo.InvariantCulture, $"k = {Neighbour}");
        var protocol = MetricProtocol.Between("density", "prdc", reference, generated, settings, keep: Keep);
        var counts = BallCounts.Between(
            KernelDistance.Kept(reference, "reference", Keep), KernelDistance.Kept(generated, "generated", Keep), Neighbour, strict: true);
        return [.. counts.DensityAndCoverage(protocol), .. counts.PrecisionAndRecall(protocol)];
    }
}
