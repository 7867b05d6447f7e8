using static TorchSharp.torch;

namespace GanKit;

/// <summary>The catalogue of losses against a known target, and a measure of smoothness that needs none.</summary>
public static class ReconstructionLoss
{
    /// <summary><c>E[|output - target|]</c>: sharper than <see cref="L2"/>; pix2pix' and CycleGAN's choice.</summary>
    public static IReconstructionLoss L1 { get; } = new Elementwise(
        (output, target) => nn.functional.l1_loss(output, target));

    /// <summary><c>E[(output - target)²]</c>, the mean squared error.</summary>
    public static IReconstructionLoss L2 { get; } = new Elementwise(
        (output, target) => nn.functional.mse_loss(output, target));

    /// <summary>
    /// How much neighbouring pixels differ, anisotropically: the mean of <c>|x[y + 1, x] - x[y, x]|</c> plus the mean
    /// of <c>|x[y, x + 1] - x[y, x]|</c>, each over its own number of pairs, so that it does not grow with the image.
    /// Minimising it smooths. Rudin, Osher and Fatemi 1992, "Nonlinear total variation based noise removal algorithms".
    /// </summary>
    /// <param name="images">Images (B, C, H, W) of any range, at least 2 x 2.</param>
    /// <returns>A scalar tensor.</returns>
    /// <exception cref="ArgumentException">The shape is not (B, C, H, W), or has no two neighbours in a direction.
    /// </exception>
    public static Tensor TotalVariation(Tensor images)
    {
        ArgumentNullException.ThrowIfNull(images);
        if (images.dim() != 4 || images.shape[2] < 2 || images.shape[3] < 2 || images.numel() == 0)
        {
            throw new ArgumentException(
                $"Total variation needs images (B, C, H, W) of at least 2 x 2 pixels, but the shape is {images.Describe()}.",
                nameof(images));
        }

        using var scope = NewDisposeScope();
        return (MeanStep(images, axis: 2) + MeanStep(images, axis: 3)).MoveToOuterDisposeScope();
    }

    private static Tensor MeanStep(Tensor images, int axis)
    {
        var pairs = images.shape[axis] - 1;
        return (images.narrow(axis, 1, pairs) - images.narrow(axis, 0, pairs)).abs().mean();
    }

    private sealed class Elementwise(Func<Tensor, Tensor, Tensor> mean) : IReconstructionLoss
    {
        public Tensor Loss(Tensor output, Tensor target)
        {
            ArgumentNullException.ThrowIfNull(output);
            ArgumentNullException.ThrowIfNull(target);
            if (!output.shape.AsSpan().SequenceEqual(target.shape))
            {
                throw new ArgumentException(
                    $"The output has shape {output.Describe()} and its target {target.Describe()}; they must be equal.",
                    nameof(target));
            }

            if (output.numel() == 0)
            {
                throw new ArgumentException(
                    $"There must be something to compare, but the shape is {output.Describe()}.", nameof(output));
            }

            return mean(output, target);
        }
    }
}
