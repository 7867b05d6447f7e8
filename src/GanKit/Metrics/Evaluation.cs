using static TorchSharp.torch;

namespace GanKit.Metrics;

/// <summary>Measures generated images against real ones: one pass of an extractor, several measures.</summary>
/// <remarks>
/// Images are taken batch by batch, so that memory does not grow with their number but for the features that a measure keeps. The
/// extractor stays the caller's. One thread at a time may use it.
/// </remarks>
/// <example>
/// <code>
/// using var evaluation = Evaluation.Against(data, extractor, [new FrechetDistance(), new PrecisionRecall()], cache: "real.safetensors");
/// foreach (var result in trainer.Measure(evaluation, 10_000))
///     Console.WriteLine(result);
/// </code>
/// </example>
public sealed class Evaluation : IDisposable
{
    private readonly IFeatureExtractor _extractor;
    private readonly Device _device;

    private Evaluation(IFeatureExtractor extractor, FeatureStatistics reference, IReadOnlyList<IFeatureMetric> metrics, Device device) =>
        (_extractor, Reference, Metrics, _device) = (extractor, reference, metrics, device);

    /// <summary>The features of the real images; disposed with this object.</summary>
    public FeatureStatistics Reference { get; }

    /// <summary>The measures.</summary>
    public IReadOnlyList<IFeatureMetric> Metrics { get; }

    /// <summary>Reads real images, or what a file has of their features.</summary>
    /// <param name="data">Real images; in the order that they have, transformed as for batches of seed 0.</param>
    /// <param name="extractor">What makes features of them.</param>
    /// <param name="metrics">The measures, at least one.</param>
    /// <param name="cache">
    /// A safetensors file for the features' statistics: read where it exists, else written. It holds for the same data (names, labels,
    /// lengths of files, and pixels of the first 64), image size, dialects, extractor and resizer.
    /// </param>
    /// <param name="batchSize">Images that the extractor gets at once; 64 by default.</param>
    /// <param name="device">The extractor's device; the CPU by default.</param>
    /// <returns>Dispose it.</returns>
    /// <exception cref="ArgumentException">There is no measure, or one needs logits that the extractor has not.</exception>
    /// <exception cref="InvalidDataException">The file is of other data or of another protocol; the message names the difference.</exception>
    /// <exception cref="CheckpointFormatException">The file can't be read.</exception>
    public static Evaluation Against(
        ImageDataset data, IFeatureExtractor extractor, IReadOnlyList<IFeatureMetric> metrics, string? cache = null, long batchSize = 64,
        Device? device = null)
    {
        ArgumentNullException.ThrowIfNull(data);
        ArgumentNullException.ThrowIfNull(extractor);
        ArgumentNullException.ThrowIfNull(metrics);
        ArgumentOutOfRangeException.ThrowIfLessThan(batchSize, 1);
        if (metrics.Count == 0)
            throw new ArgumentException("An evaluation needs at least one measure.", nameof(metrics));
        if (metrics.FirstOrDefault(metric => metric.NeedsLogits) is { } needy && extractor.ClassCount == 0)
            throw new ArgumentException($"The {needy.Name} needs logits, which {extractor.Name} has not.", nameof(metrics));
        device ??= CPU;
        var (hash, size) = DataFingerprint.Of(data);
        var origin = FeatureOrigin.Of(extractor) with { DataHash = hash, ImageSize = size };
        var (keep, logits) = (metrics.Max(metric => metric.Keep), metrics.Any(metric => metric.NeedsLogits));
        var covariance = metrics.Any(metric => metric.NeedsCovariance);
        var dialects = string.Join(", ", metrics.Select(metric => metric.Dialect.Name).Distinct().Order(StringComparer.Ordinal));
        if (cache is not null && File.Exists(cache))
        {
            return new(
                extractor, StatisticsFile.Load(cache, origin, dialects, extractor.FeatureSize, data.Count, keep, logits, covariance), metrics, device);
        }

        var reference = new FeatureStatistics(extractor.FeatureSize, keep, origin, covariance);
        try
        {
            foreach (var batch in data.Batches(batchSize, seed: 0, shuffle: false, dropLast: false))
                Add(reference, extractor, batch.Real, logits, device);
            if (cache is not null)
                StatisticsFile.Save(cache, reference, dialects);
            return new(extractor, reference, metrics, device);
        }
        catch
        {
            reference.Dispose();
            throw;
        }
    }

    /// <summary>Measures generated images.</summary>
    /// <param name="batches">Images (B, C, H, W) in [-1, 1], of the real ones' size; each batch is read once and stays the caller's.</param>
    /// <param name="seed">The seed that they were generated from, which results state.</param>
    /// <returns>The results of all measures, in their order.</returns>
    /// <exception cref="ArgumentException">A batch is of another size, or there are too few images for a measure.</exception>
    public IReadOnlyList<MetricResult> Measure(IEnumerable<Tensor> batches, long? seed = null)
    {
        ArgumentNullException.ThrowIfNull(batches);
        var origin = Reference.Origin with { DataHash = null, Seed = seed };
        using var generated = new FeatureStatistics(_extractor.FeatureSize, Metrics.Max(metric => metric.Keep), origin, Metrics.Any(metric => metric.NeedsCovariance));
        var logits = Metrics.Any(metric => metric.NeedsLogits);
        foreach (var images in batches)
        {
            if (images.dim() != 4 || DataFingerprint.SizeOf(images) != origin.ImageSize)
            {
                throw new ArgumentException(
                    $"The real images are of {origin.ImageSize} and the generated ones have shape {images.Describe()}: bring both to one size.",
                    nameof(batches));
            }

            Add(generated, _extractor, images, logits, _device);
        }

        using var scope = NewDisposeScope();
        return generated.Count > 1 ? [.. Metrics.SelectMany(metric => metric.Measure(Reference, generated))] : throw new ArgumentException(
            $"A measure needs at least 2 generated images, but there {(generated.Count == 1 ? "is 1" : "are none")}.", nameof(batches));
    }

    /// <summary>Measures generated images that are at hand.</summary>
    /// <param name="images">Images (N, C, H, W) in [-1, 1], of the real ones' size.</param>
    /// <param name="seed">The seed that they were generated from.</param>
    /// <returns>The results of all measures, in their order.</returns>
    /// <exception cref="ArgumentException">They are of another size, or too few.</exception>
    public IReadOnlyList<MetricResult> Measure(Tensor images, long? seed = null)
    {
        ArgumentNullException.ThrowIfNull(images);
        const long AtOnce = 64;
        using var scope = NewDisposeScope();
        return Measure(images.dim() == 0 ? [images] : images.split(AtOnce), seed);
    }

    /// <inheritdoc/>
    public void Dispose() => Reference.Dispose();

    private static void Add(FeatureStatistics statistics, IFeatureExtractor extractor, Tensor images, bool logits, Device device)
    {
        using var scope = NewDisposeScope();
        using var quiet = no_grad();
        var there = images.to(device);
        if (logits)
        {
            var (features, scores) = extractor.ExtractWithLogits(there);
            statistics.Add(features, scores);
        }
        else
        {
            statistics.Add(extractor.Extract(there));
        }
    }
}
