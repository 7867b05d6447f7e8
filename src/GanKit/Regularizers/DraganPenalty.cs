using static TorchSharp.torch;

namespace GanKit;

/// <summary>DRAGAN's penalty: in the neighbourhood of real samples, the discriminator's slope shall be 1.</summary>
/// <remarks>
/// <para>
/// <c>E[(||∇D(x̂)|| - target)²]</c> with <c>x̂ = x + α 0.5 std(x) u</c>: u is uniform in [0, 1) for each element, α
/// likewise for each sample, and std is the population standard deviation of the whole batch. That is what the authors'
/// code does; their paper speaks of Gaussian noise instead. Generated samples are not used.
/// </para>
/// <para>
/// The norm is Euclidean, over everything but the batch; a critic of several logits is differentiated in their sum.
/// The gradient is each sample's own only if the critic judges each by itself: use no batch norm in it. Kodali et al.
/// 2017, "On Convergence and Stability of GANs".
/// </para>
/// <para>u and α come from the default random source of the samples' device.</para>
/// </remarks>
public sealed class DraganPenalty : SlopePenalty
{
    /// <summary>Creates the penalty.</summary>
    /// <param name="weight">The factor λ in the discriminator's loss, 0 or more; 10, the paper's, by default.</param>
    /// <param name="target">The norm that costs nothing, 0 or more; 1, the paper's, by default.</param>
    /// <param name="interval">Evaluate on every k-th step; 1 by default. See <see cref="IRegularizer"/>.</param>
    /// <exception cref="ArgumentOutOfRangeException">A value is outside its range.</exception>
    public DraganPenalty(double weight = 10, double target = 1, int interval = 1)
        : base("dragan_penalty", weight, target, interval) => Target = target;

    /// <summary>The gradient norm that costs nothing.</summary>
    public double Target { get; }

    /// <inheritdoc/>
    protected override Tensor Points(Tensor real, Tensor fake)
    {
        PenaltyArguments.RequireSamples(real, nameof(real));
        return Near(real, real.rand_like(), PenaltyArguments.UniformPerSample(real));
    }

    /// <summary>The penalty at chosen points: u of the samples' shape, and α (B, 1, ...).</summary>
    internal Tensor PenaltyAt(Func<Tensor, Tensor> critic, Tensor real, Tensor noise, Tensor mix)
    {
        using var scope = NewDisposeScope();
        return PenaltyAt(critic, Near(real, noise, mix)).MoveToOuterDisposeScope();
    }

    private static Tensor Near(Tensor real, Tensor noise, Tensor mix)
    {
        var samples = real.detach();
        // Written out, as the meta device has no std.
        var deviation = (samples - samples.mean()).square().mean().sqrt();
        return samples.Plus(mix * deviation.Times(0.5) * noise);
    }
}
