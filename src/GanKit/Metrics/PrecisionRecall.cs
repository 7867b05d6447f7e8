using System.Globalization;
using static TorchSharp.torch;

namespace GanKit.Metrics;

/// <summary>
/// Precision, the share of generated samples among real ones, and recall, the share of real samples among generated ones: quality and
/// variety apart.
/// </summary>
/// <remarks>
/// A sample counts as among the others if it lies in the ball around one of them that reaches to its k-th neighbour (distance at most the
/// radius). Distances are found in blocks in float32 and, where that can't tell, again in float64: the memory does not grow with the square
/// of the samples, and rounding decides nothing. The dialect torch-fidelity is equal to the exact one; stylegan3's rounds features and
/// distances to 16 bits, as StyleGAN3 does on a GPU. Immutable and thread safe.
/// <para>
/// Kynkäänniemi, Karras, Laine, Lehtinen, Aila: Improved Precision and Recall Metric for Assessing Generative Models, NeurIPS 2019.
/// </para>
/// </remarks>
public sealed class PrecisionRecall : IFeatureMetric
{
    /// <summary>Whose numbers they are; <see cref="MetricDialect.Exact"/> by default.</summary>
    /// <exception cref="ArgumentException">The tool has no precision and recall.</exception>
    public MetricDialect Dialect
    {
        get;
        init => field = Given.NotNull(value).Require(dialect => dialect.HasManifolds, "precision and recall");
    } = MetricDialect.Exact;

    /// <summary>k, the neighbour that a ball reaches to, at least 1; 3, the paper's.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is below 1.</exception>
    public int Neighbour
    {
        get;
        init => field = Balls.RequireNeighbour(value);
    } = 3;

    /// <inheritdoc/>
    public string Name => "precision and recall";

    /// <inheritdoc/>
    public bool LowerIsBetter => false;

    /// <summary>How many features of each set to keep and compare; 10,000 by default.</summary>
    public long Keep { get; init; } = 10_000;

    /// <summary>Precision and recall between two sets of features.</summary>
    /// <param name="reference">Features (N, F) of real samples, more than k.</param>
    /// <param name="generated">Features (M, F) of generated samples, more than k.</param>
    /// <exception cref="ArgumentException">Shapes do not fit, or there are too few samples.</exception>
    public (double Precision, double Recall) Between(Tensor reference, Tensor generated)
    {
        var counts = Count(reference, generated);
        return (counts.Precision, counts.Recall);
    }

    /// <inheritdoc/>
    /// <returns>"precision" and "recall", with Wilson's and the jackknife's interval.</returns>
    public IReadOnlyList<MetricResult> Measure(FeatureStatistics reference, FeatureStatistics generated)
    {
        var settings = string.Create(CultureInfo.InvariantCulture, $"k = {Neighbour}");
        var protocol = MetricProtocol.Between("precision", Dialect.Name, reference, generated, settings, keep: Keep);
        return Count(KernelDistance.Kept(reference, "reference", Keep), KernelDistance.Kept(generated, "generated", Keep)).PrecisionAndRecall(protocol);
    }

    private BallCounts Count(Tensor reference, Tensor generated) =>
        BallCounts.Between(reference, generated, Neighbour, strict: false, half: Dialect.HalfPrecisionManifolds);
}
