namespace GanKit.Benchmarks;

/// <summary>
/// The arithmetic that one DCGAN step can't do without, at 64 x 64 pixels, 3 channels, widths 64 and 100 latents.
/// </summary>
/// <remarks>
/// A convolution costs <c>2 · C_in · C_out · k² · H · W</c> (a multiplication and an addition), H x W being the size of
/// its output, or of a transposed convolution's input. Its gradient in the weights costs as much, and so does that in the
/// input. With F the forward passes and F1 that of the first layer, whose input needs no gradient, a step costs <c>3 F_G
/// - F1_G + 8 F_D - 2 F1_D</c>:
/// <list type="bullet">
/// <item>the generator once forward, and its gradients: <c>F_G + F_G + (F_G - F1_G)</c>;</item>
/// <item>the discriminator on real and on generated images: <c>2 (F_D + F_D + (F_D - F1_D))</c>;</item>
/// <item>the discriminator for the generator's loss, without gradients in its weights: <c>F_D + F_D</c>.</item>
/// </list>
/// Batch norm, activations, losses and Adam are left out: together they are below 1 %. The count is the same for all
/// implementations; one that computes the weights' gradients in the last pass too is not credited for them.
/// </remarks>
internal static class DcganArithmetic
{
    private const double Width = 64;
    private const double Taps = 4 * 4;

    private static readonly double[] GeneratorLayers =
    [
        Convolution(100, 8 * Width, 1), Convolution(8 * Width, 4 * Width, 4), Convolution(4 * Width, 2 * Width, 8),
        Convolution(2 * Width, Width, 16), Convolution(Width, 3, 32),
    ];

    private static readonly double[] DiscriminatorLayers =
    [
        Convolution(3, Width, 32), Convolution(Width, 2 * Width, 16), Convolution(2 * Width, 4 * Width, 8),
        Convolution(4 * Width, 8 * Width, 4), Convolution(8 * Width, 1, 1),
    ];

    /// <summary>2.27 GFLOP.</summary>
    internal static double FlopsPerSample { get; } =
        3 * GeneratorLayers.Sum() - GeneratorLayers[0] + 8 * DiscriminatorLayers.Sum() - 2 * DiscriminatorLayers[0];

    private static double Convolution(double inChannels, double outChannels, double size) =>
        2 * inChannels * outChannels * Taps * size * size;
}
