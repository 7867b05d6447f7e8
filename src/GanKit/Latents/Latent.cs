using static TorchSharp.torch;

namespace GanKit;

/// <summary>A distribution of latent vectors, the generator's source of variety.</summary>
public abstract class Latent
{
    /// <summary>The length of one latent vector, or of its first dimension.</summary>
    public abstract long Size { get; }

    /// <summary>Draws latents.</summary>
    /// <param name="count">How many, at least 1.</param>
    /// <param name="device">Where to make them.</param>
    /// <param name="generator">The random source; the device's default one when <see langword="null"/>.</param>
    /// <returns>A tensor (count, size) of 32-bit floats that belongs to the current dispose scope.</returns>
    public abstract Tensor Sample(long count, Device device, Generator? generator = null);
}
