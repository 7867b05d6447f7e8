using static TorchSharp.torch;

namespace GanKit.Metrics;

/// <summary>A measure of how alike images are to those that they should be, pair by pair.</summary>
public interface IPairMetric
{
    /// <summary>The measure's name, such as "psnr".</summary>
    string Name { get; }

    /// <summary>Whether a smaller number means more alike.</summary>
    bool LowerIsBetter { get; }

    /// <summary>Its parameters in words, as results state them.</summary>
    string Settings => "";

    /// <summary>Compares images one by one.</summary>
    /// <param name="images">Images (B, C, H, W) of a floating-point type.</param>
    /// <param name="targets">What each is compared with, of the same shape, type and device.</param>
    /// <returns>A number for each pair: (B). The caller owns it.</returns>
    /// <exception cref="ArgumentException">Shapes, types or devices do not fit.</exception>
    Tensor Measure(Tensor images, Tensor targets);

    /// <summary>The mean over many pairs, with its interval.</summary>
    /// <param name="pairs">Batches of images and targets; they stay the caller's.</param>
    /// <returns>The result.</returns>
    /// <exception cref="ArgumentException">There are no pairs, or a batch does not fit.</exception>
    MetricResult Evaluate(IEnumerable<(Tensor Images, Tensor Targets)> pairs)
    {
        ArgumentNullException.ThrowIfNull(pairs);
        var values = new List<double>();
        string? size = null;
        foreach (var (images, targets) in pairs)
        {
            using var scope = NewDisposeScope();
            using var quiet = no_grad();
            var own = DataFingerprint.SizeOf(images);
            if (own != (size ??= own))
                throw new ArgumentException($"Pairs of {own} come after pairs of {size}: evaluate each size by itself, as their numbers mean different things.", nameof(pairs));
            values.AddRange(Measure(images, targets).to(ScalarType.Float64).cpu().data<double>());
        }

        if (values.Count == 0)
            throw new ArgumentException("There are no pairs to compare.", nameof(pairs));
        var protocol = new MetricProtocol
        {
            Metric = Name,
            Dialect = MetricDialect.Exact.Name,
            Settings = Settings,
            ImageSize = size,
            Samples = values.Count,
        };
        return new(values.Average(), LowerIsBetter, protocol) { Interval = ConfidenceInterval.OfMean(values, "pairs") };
    }
}
