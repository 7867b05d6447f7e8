using static TorchSharp.torch;

namespace GanKit;

/// <summary>
/// Independent components, uniform in [<c>low</c>, <c>high</c>), as in the DCGAN paper (Radford et al. 2016).
/// </summary>
public sealed class UniformLatent : Latent
{
    private readonly double _low;
    private readonly double _high;

    /// <summary>Makes a uniform latent distribution.</summary>
    /// <param name="size">The length of a latent vector, at least 1.</param>
    /// <param name="low">The lower bound; -1 as in the paper.</param>
    /// <param name="high">The upper bound, above <paramref name="low"/>; 1 as in the paper.</param>
    /// <exception cref="ArgumentOutOfRangeException">The size is below 1, or the bounds are not in order.</exception>
    public UniformLatent(long size, double low = -1, double high = 1)
    {
        Size = RequireSize(size);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(low, high);
        (_low, _high) = (low, high);
    }

    /// <inheritdoc/>
    public override long Size { get; }

    /// <inheritdoc/>
    public override Tensor Sample(long count, Device device, Generator? generator = null) =>
        Draw(where => rand([RequireCount(count), Size], device: where, generator: generator), device, generator)
            .mul_(_high - _low).add_(_low);
}
