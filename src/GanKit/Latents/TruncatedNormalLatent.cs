using static TorchSharp.torch;

namespace GanKit;

/// <summary>
/// Standard normal components conditioned on lying in [-threshold, threshold]: the truncation trick of BigGAN
/// (Brock et al. 2019), which trades variety for fidelity at sampling time.
/// </summary>
/// <remarks>
/// Drawn by inverting the distribution function, z = sqrt(2) erfinv((2u - 1) erf(threshold / sqrt(2))) with u uniform,
/// rather than by redrawing what falls outside: one pass, and no value is read back from the device.
/// </remarks>
public sealed class TruncatedNormalLatent : Latent
{
    private readonly double _threshold;

    /// <summary>Makes a truncated normal latent distribution.</summary>
    /// <param name="size">The length of a latent vector, at least 1.</param>
    /// <param name="threshold">The largest absolute value of a component, above 0; 2 as TensorFlow's truncated_normal.
    /// </param>
    /// <exception cref="ArgumentOutOfRangeException">The size is below 1 or the threshold is not positive.</exception>
    public TruncatedNormalLatent(long size, double threshold = 2)
    {
        Size = RequireSize(size);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(threshold);
        _threshold = threshold;
    }

    /// <inheritdoc/>
    public override long Size { get; }

    /// <inheritdoc/>
    public override Tensor Sample(long count, Device device, Generator? generator = null)
    {
        RequireCount(count);
        return Draw(Truncated, device, generator);

        Tensor Truncated(Device where)
        {
            using var scope = NewDisposeScope();
            var mass = special.erf(tensor(_threshold / Math.Sqrt(2), float32, where));
            var uniform = rand([count, Size], device: where, generator: generator);
            var normal = special.erfinv((uniform * 2 - 1) * mass) * Math.Sqrt(2);
            return normal.clamp(-_threshold, _threshold).MoveToOuterDisposeScope();
        }
    }
}
