using TorchSharp;
using static TorchSharp.torch;

namespace GanKit;

/// <summary>Arithmetic with numbers that live for the whole of a call.</summary>
/// <remarks>
/// TorchSharp turns a number into an object whose memory the garbage collector may free before libtorch has read it: even
/// <c>a + b</c> passes a 1. Where many threads compute while another collects, that gives wrong results, so what runs in
/// inference takes these.
/// </remarks>
internal static class Scalars
{
    private static readonly Scalar One = 1;

    /// <summary><c>one + other</c>.</summary>
    internal static Tensor Plus(this Tensor one, Tensor other) => one.add(other, One);

    /// <summary><c>tensor + 1</c>.</summary>
    internal static Tensor PlusOne(this Tensor tensor) => tensor.add(One, One);

    /// <summary><c>one += other</c>.</summary>
    internal static Tensor PlusInPlace(this Tensor one, Tensor other) => one.add_(other, One);

    /// <summary><c>tensor · factor + offset</c>.</summary>
    internal static Tensor TimesPlus(this Tensor tensor, double factor, double offset)
    {
        using Scalar scale = factor, shift = offset;
        using var scaled = tensor.mul(scale);
        return scaled.add(shift, One);
    }

    /// <summary><c>one + factor · other</c>.</summary>
    internal static Tensor PlusTimes(this Tensor one, Tensor other, double factor)
    {
        using Scalar scale = factor;
        return one.add(other, scale);
    }

    /// <summary><c>max(x, slope · x)</c>, for a slope below 1, in place.</summary>
    internal static Tensor LeakyInPlace(this Tensor tensor, double slope)
    {
        using Scalar kept = slope;
        return tensor.leaky_relu_(kept).alias();
    }
}
