using TorchSharp;
using static TorchSharp.torch;

namespace GanKit;

/// <summary>Arithmetic with numbers that live for the whole of a call.</summary>
/// <remarks>
/// TorchSharp turns a number into an object whose memory the garbage collector may free before libtorch has read it: even
/// <c>a + b</c> passes a 1. Where many threads compute while another collects, that gives wrong results, so what runs in
/// inference or in a step takes these. TorchSharp's <c>softplus</c> and <c>threshold</c>, which losses call, take no others.
/// </remarks>
internal static class Scalars
{
    private static readonly Scalar One = 1;

    /// <summary><c>one + other</c>.</summary>
    internal static Tensor Plus(this Tensor one, Tensor other) => one.add(other, One);

    /// <summary><c>tensor + number</c>.</summary>
    internal static Tensor Plus(this Tensor tensor, double number)
    {
        using Scalar added = number;
        return tensor.add(added, One);
    }

    /// <summary><c>tensor - number</c>.</summary>
    internal static Tensor Minus(this Tensor tensor, double number)
    {
        using Scalar taken = number;
        return tensor.sub(taken);
    }

    /// <summary><c>tensor · factor</c>.</summary>
    internal static Tensor Times(this Tensor tensor, double factor)
    {
        using Scalar scale = factor;
        return tensor.mul(scale);
    }

    /// <summary><c>tensor / divisor</c>.</summary>
    internal static Tensor Over(this Tensor tensor, double divisor)
    {
        using Scalar parts = divisor;
        return tensor.div(parts);
    }

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
