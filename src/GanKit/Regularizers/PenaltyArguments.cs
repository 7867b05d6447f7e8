using static TorchSharp.torch;

namespace GanKit;

/// <summary>The penalties' checks of their settings and batches.</summary>
internal static class PenaltyArguments
{
    internal static void RequireSamples(Tensor samples, string parameterName)
    {
        ArgumentNullException.ThrowIfNull(samples, parameterName);
        if (samples.dim() < 2 || samples.numel() == 0)
        {
            throw new ArgumentException(
                $"A penalty needs a batch of samples (B, ...), but the shape is {samples.Describe()}.", parameterName);
        }

        if (!samples.is_floating_point())
        {
            throw new ArgumentException(
                $"A penalty needs samples of a floating-point type, but these are {samples.dtype}.", parameterName);
        }
    }

    internal static void RequireSameShape(Tensor real, Tensor fake)
    {
        if (!real.shape.SequenceEqual(fake.shape))
        {
            throw new ArgumentException(
                $"The penalty pairs real with generated samples, but real has shape {real.Describe()} and fake "
                + $"{fake.Describe()}; they must be equal.", nameof(fake));
        }
    }

    /// <summary>Uniform numbers in [0, 1), one per sample, that broadcast over the rest: (B, 1, ...).</summary>
    internal static Tensor UniformPerSample(Tensor samples)
    {
        var shape = new long[samples.dim()];
        Array.Fill(shape, 1);
        shape[0] = samples.shape[0];
        return rand(shape, dtype: samples.dtype, device: samples.device);
    }

    internal static double RequireWeight(double weight) => weight >= 0 && double.IsFinite(weight)
        ? weight
        : throw new ArgumentOutOfRangeException(nameof(weight), weight, "The weight must be a finite number, 0 or more.");

    internal static double RequireTarget(double target) => target >= 0 && double.IsFinite(target)
        ? target
        : throw new ArgumentOutOfRangeException(
            nameof(target), target, "The target of a norm must be a finite number, 0 or more.");

    internal static int RequireInterval(int interval) => interval >= 1
        ? interval
        : throw new ArgumentOutOfRangeException(
            nameof(interval), interval, "The interval must be at least 1, which is every step.");
}
