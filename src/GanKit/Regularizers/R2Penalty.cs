using static TorchSharp.torch;

namespace GanKit;

/// <summary>The penalty on the squared slope of the discriminator at generated samples.</summary>
/// <remarks>
/// <para>
/// <c>E[||∇D(G(z))||²] / 2</c>: the half is part of the penalty, so the weight is the paper's γ. The norm is
/// Euclidean, over everything but the batch; a critic of several logits is differentiated in their sum.
/// Real samples are not used.
/// </para>
/// <para>Mescheder et al. 2018, "Which Training Methods for GANs do actually Converge?".</para>
/// </remarks>
public sealed class R2Penalty : SlopePenalty
{
    /// <summary>Creates the penalty.</summary>
    /// <param name="weight">The factor γ in the discriminator's loss, 0 or more; 10, the paper's, by default.</param>
    /// <param name="interval">Evaluate on every k-th step; 1 by default. See <see cref="IRegularizer"/>.</param>
    /// <exception cref="ArgumentOutOfRangeException">A value is outside its range.</exception>
    public R2Penalty(double weight = 10, int interval = 1)
        : base("r2_penalty", weight, interval: interval)
    {
    }

    /// <inheritdoc/>
    protected override Tensor Points(Tensor real, Tensor fake)
    {
        PenaltyArguments.RequireSamples(fake, nameof(fake));
        return fake;
    }
}
