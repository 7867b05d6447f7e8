using System.Globalization;
using static TorchSharp.torch;

namespace GanKit.Metrics;

/// <summary>
/// MS-SSIM: structural similarity at several scales, each half the size of the one before: 1 for equal images. Between samples of one class
/// it measures variety: the more alike, the higher.
/// </summary>
/// <remarks>
/// The product over scales of contrast and structure to the scale's power, at the last scale with brightness; channels by themselves, then
/// their mean. Negative values count as 0, as in common implementations. Images are halved by means of 2 x 2 pixels. Gradients flow to both
/// images. Immutable and thread safe.
/// <para>
/// Wang, Simoncelli, Bovik: Multi-scale Structural Similarity for Image Quality Assessment, Asilomar 2003; Odena, Olah, Shlens: Conditional
/// Image Synthesis with Auxiliary Classifier GANs, ICML 2017, for variety.
/// </para>
/// </remarks>
public sealed class MultiScaleSimilarity : IPairMetric
{
    /// <summary>The similarity at each scale: window, range and constants.</summary>
    public StructuralSimilarity Similarity { get; init => field = Given.NotNull(value); } = new();

    /// <summary>The power of each scale, from the finest; the paper's five by default: 0.0448, 0.2856, 0.3001, 0.2363 and 0.1333.</summary>
    /// <exception cref="ArgumentException">There is none, or one is not a number above 0.</exception>
    public IReadOnlyList<double> Weights
    {
        get;
        init => field = Given.NotNull(value).Count > 0 && value.All(weight => weight > 0 && double.IsFinite(weight))
            ? [.. value]
            : throw new ArgumentException($"Weights must be numbers above 0, at least one, but are {string.Join(", ", value)}.", nameof(Weights));
    } = [0.0448, 0.2856, 0.3001, 0.2363, 0.1333];

    /// <inheritdoc/>
    public string Name => "ms-ssim";

    /// <inheritdoc/>
    public bool LowerIsBetter => false;

    /// <inheritdoc/>
    public string Settings => string.Create(CultureInfo.InvariantCulture, $"weights {string.Join(", ", Weights)}, {Similarity.Settings}");

    /// <inheritdoc/>
    public Tensor Measure(Tensor images, Tensor targets)
    {
        var least = Similarity.WindowSize << (Weights.Count - 1);
        ImagePair.Require(images, targets, "MS-SSIM", least,
            $", where a window of {Similarity.WindowSize} fits at each of {Weights.Count} scales (take fewer Weights for smaller images)");
        using var scope = NewDisposeScope();
        var (x, y) = (StructuralSimilarity.Wide(images), StructuralSimilarity.Wide(targets));
        Tensor? product = null; // (B, C)
        for (var scale = 0; scale < Weights.Count; scale++)
        {
            if (scale > 0)
                (x, y) = (nn.functional.avg_pool2d(x, 2), nn.functional.avg_pool2d(y, 2));
            var (similarity, contrast) = Similarity.Compare(x, y);
            var part = (scale == Weights.Count - 1 ? similarity : contrast).relu().pow(Weights[scale]);
            product = product is null ? part : product.mul(part);
        }

        return product!.mean([1]).MoveToOuterDisposeScope();
    }
}
