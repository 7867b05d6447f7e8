using static TorchSharp.torch;

namespace GanKit.Metrics;

/// <summary>L1: the mean absolute difference of two images' values; 0 for equal ones. In images of [-1, 1] it is at most 2.</summary>
/// <remarks>Gradients flow to both images. Immutable and thread safe.</remarks>
public sealed class AbsoluteError : IPairMetric
{
    /// <inheritdoc/>
    public string Name => "l1";

    /// <inheritdoc/>
    public bool LowerIsBetter => true;

    /// <inheritdoc/>
    public Tensor Measure(Tensor images, Tensor targets)
    {
        ImagePair.Require(images, targets, "The absolute error");
        using var scope = NewDisposeScope();
        return (images.InSinglePrecision() - targets.InSinglePrecision()).abs().flatten(1).mean([1]).MoveToOuterDisposeScope();
    }
}
