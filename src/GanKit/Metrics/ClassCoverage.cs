using static TorchSharp.torch;

namespace GanKit.Metrics;

/// <summary>
/// How evenly a generator makes the classes that real data has, by an extractor that classifies: the divergence of the classes' shares from
/// those of the real samples, and the share of classes that appear at all.
/// </summary>
/// <remarks>Classes are those of the largest logit, of real samples too, so that the classifier's own errors count in both. See
/// <see cref="ModeCoverage"/>. Immutable and thread safe.</remarks>
public sealed class ClassCoverage : IFeatureMetric
{
    /// <inheritdoc/>
    public string Name => "class divergence";

    /// <inheritdoc/>
    public bool LowerIsBetter => true;

    /// <inheritdoc/>
    public long Keep { get; init; } = 100_000;

    /// <inheritdoc/>
    public bool NeedsLogits => true;

    /// <inheritdoc/>
    /// <returns>"class divergence", and "class coverage", of which more is better.</returns>
    public IReadOnlyList<MetricResult> Measure(FeatureStatistics reference, FeatureStatistics generated)
    {
        var protocol = MetricProtocol.Between(Name, MetricDialect.Exact.Name, reference, generated, keep: Keep);
        if (reference.Logits is not { } real || generated.Logits is not { } made)
        {
            throw new ArgumentException(
                $"The class coverage needs logits of real and generated samples, but {generated.Origin.Extractor} gave none, or none were kept.");
        }

        using var scope = NewDisposeScope();
        var coverage = ModeCoverage.OfClasses(made.argmax(1), made.shape[1], real.argmax(1));
        var awaited = real.argmax(1).bincount(null, made.shape[1]).gt(0);
        var found = made.argmax(1).bincount(null, made.shape[1]).gt(0).logical_and(awaited);
        return
        [
            new(coverage.Divergence, LowerIsBetter, protocol),
            new(found.sum().item<long>() / (double)awaited.sum().item<long>(), LowerIsBetter: false, protocol with { Metric = "class coverage" }),
        ];
    }
}
