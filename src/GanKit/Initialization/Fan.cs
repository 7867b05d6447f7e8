using static TorchSharp.torch;

namespace GanKit;

/// <summary>
/// How many inputs or outputs a weight connects each unit to: what Xavier and Kaiming initialisation divide by.
/// </summary>
/// <remarks>
/// As PyTorch counts: fan-in is the weight's second dimension and fan-out its first, each times the kernel's size. A
/// transposed convolution's weight is (in, out, ...), so its fan-in counts output channels.
/// </remarks>
public sealed class Fan
{
    private readonly Func<long, long, double> _choose;

    private Fan(Func<long, long, double> choose) => _choose = choose;

    /// <summary>Inputs of a unit: keeps the variance of activations in the forward pass.</summary>
    public static Fan In { get; } = new((fanIn, _) => fanIn);

    /// <summary>Outputs of a unit: keeps the variance of gradients in the backward pass.</summary>
    public static Fan Out { get; } = new((_, fanOut) => fanOut);

    /// <summary>The mean of both, Xavier's compromise.</summary>
    public static Fan Average { get; } = new((fanIn, fanOut) => (fanIn + fanOut) / 2.0);

    /// <summary>Counts this fan of a weight.</summary>
    /// <param name="weight">A weight of at least two dimensions.</param>
    /// <returns>The fan, at least 1 for a weight that isn't empty.</returns>
    /// <exception cref="ArgumentException">The weight has fewer than two dimensions.</exception>
    public double Of(Tensor weight)
    {
        ArgumentNullException.ThrowIfNull(weight);
        if (weight.shape is not [var first, var second, .. var kernel])
        {
            throw new ArgumentException(
                $"A fan needs a weight of at least 2 dimensions, not {weight.Describe()}.", nameof(weight));
        }

        var kernelSize = kernel.Aggregate(1L, (product, size) => product * size);
        return _choose(second * kernelSize, first * kernelSize);
    }
}
