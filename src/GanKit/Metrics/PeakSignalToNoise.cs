using System.Globalization;
using static TorchSharp.torch;

namespace GanKit.Metrics;

/// <summary>PSNR in decibels: <c>10 log10(L² / MSE)</c>, over all channels or over brightness; infinite for equal images.</summary>
/// <remarks>
/// Over brightness it is taken of BT.601's Y, <c>(65.481 R + 128.553 G + 24.966 B + 16) / 255</c> of values in [0, 1], as papers on
/// super-resolution do, which also leave out a border of as many pixels as the factor. L is the width of the range of values. Gradients flow to both
/// images. Immutable and thread safe.
/// </remarks>
public sealed class PeakSignalToNoise : IPairMetric
{
    private static readonly double[] Luma = [65.481 / 255, 128.553 / 255, 24.966 / 255];

    /// <summary>The possible values of a pixel, of which L is the width; <see cref="ValueRange.Symmetric"/>, so L is 2, by default.</summary>
    public ValueRange Range { get; init => field = Given.NotNull(value); } = ValueRange.Symmetric;

    /// <summary>Whether brightness alone is compared, of images with three channels; false by default.</summary>
    public bool Brightness { get; init; }

    /// <summary>Pixels left out at each side; 0 by default.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is below 0.</exception>
    public long Border
    {
        get;
        init
        {
            ArgumentOutOfRangeException.ThrowIfNegative(value, nameof(Border));
            field = value;
        }
    }

    /// <inheritdoc/>
    public string Name => Brightness ? "psnr of brightness" : "psnr";

    /// <inheritdoc/>
    public bool LowerIsBetter => false;

    /// <inheritdoc/>
    public string Settings => string.Create(CultureInfo.InvariantCulture, $"range {Range}, border {Border}");

    /// <inheritdoc/>
    public Tensor Measure(Tensor images, Tensor targets)
    {
        ImagePair.Require(images, targets, "PSNR", 2 * Border + 1, Border > 0 ? $", with a border of {Border}" : "");
        if (Brightness && images.shape[1] != 3)
        {
            throw new ArgumentException(
                $"PSNR of brightness needs images with 3 channels (red, green, blue), but the shape is {images.Describe()}.", nameof(images));
        }

        using var scope = NewDisposeScope();
        var apart = (images.InSinglePrecision() - targets.InSinglePrecision()).Over(Range.Width)
            .narrow(2, Border, images.shape[2] - 2 * Border).narrow(3, Border, images.shape[3] - 2 * Border);
        if (Brightness)
            apart = apart.mul(tensor(Luma, apart.dtype, apart.device).view(1, 3, 1, 1)).sum(1, keepdim: true);
        return apart.square().flatten(1).mean([1]).log10().Times(-10).MoveToOuterDisposeScope();
    }
}
