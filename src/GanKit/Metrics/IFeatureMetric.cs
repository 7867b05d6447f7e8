namespace GanKit.Metrics;

/// <summary>A measure of generated samples by their features.</summary>
/// <remarks>Implement it for a measure of your own; <see cref="Evaluation"/> takes any. Stateless.</remarks>
public interface IFeatureMetric
{
    /// <summary>The measure's name, such as "frechet".</summary>
    string Name { get; }

    /// <summary>Whether a smaller number means better samples; it holds for all numbers that it gives.</summary>
    bool LowerIsBetter { get; }

    /// <summary>Whose number it is; <see cref="MetricDialect.Exact"/> where tools do not differ.</summary>
    MetricDialect Dialect => MetricDialect.Exact;

    /// <summary>How many features of each set it wants to be kept; 0 where means and covariances suffice.</summary>
    long Keep => 0;

    /// <summary>Whether it needs logits of classes beside features.</summary>
    bool NeedsLogits => false;

    /// <summary>Whether it needs the features' covariance, F x F; no by default.</summary>
    bool NeedsCovariance => false;

    /// <summary>Measures.</summary>
    /// <param name="reference">Features of real samples; a measure of the generated ones alone ignores them.</param>
    /// <param name="generated">Features of generated samples.</param>
    /// <returns>One result or several, such as precision and recall.</returns>
    /// <exception cref="ArgumentException">The two are of different extractors, or lack what is needed.</exception>
    IReadOnlyList<MetricResult> Measure(FeatureStatistics reference, FeatureStatistics generated);
}
