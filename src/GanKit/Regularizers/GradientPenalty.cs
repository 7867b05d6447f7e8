using static TorchSharp.torch;

namespace GanKit;

/// <summary>
/// WGAN-GP's penalty: on random points between real and generated samples, the critic's slope shall be 1.
/// </summary>
/// <remarks>
/// <para>
/// <c>E[(||∇D(x̂)|| - target)²]</c> with <c>x̂ = ε x + (1 - ε) G(z)</c>, ε uniform in [0, 1), one per sample. The norm
/// is Euclidean, over everything but the batch; a critic of several logits is differentiated in their sum.
/// </para>
/// <para>
/// The gradient is each sample's own only if the critic judges each by itself: use no batch norm in it. Gulrajani et al.
/// 2017, "Improved Training of Wasserstein GANs".
/// </para>
/// <para>ε comes from the default random source of the samples' device.</para>
/// </remarks>
public sealed class GradientPenalty : SlopePenalty
{
    /// <summary>Creates the penalty.</summary>
    /// <param name="weight">The factor λ in the discriminator's loss, 0 or more; 10, the paper's, by default.</param>
    /// <param name="target">The norm that costs nothing, 0 or more; 1, the paper's, by default.</param>
    /// <param name="interval">Evaluate on every k-th step; 1 by default. See <see cref="IRegularizer"/>.</param>
    /// <exception cref="ArgumentOutOfRangeException">A value is outside its range.</exception>
    public GradientPenalty(double weight = 10, double target = 1, int interval = 1)
        : base("gradient_penalty", weight, target, interval) => Target = target;

    /// <summary>The gradient norm that costs nothing.</summary>
    public double Target { get; }

    /// <inheritdoc/>
    protected override Tensor Points(Tensor real, Tensor fake)
    {
        PenaltyArguments.RequireSamples(real, nameof(real));
        return Between(real, fake, PenaltyArguments.UniformPerSample(real));
    }

    /// <summary>The penalty at chosen points: ε is 1 at the real sample, 0 at the generated one; (B, 1, ...).</summary>
    internal Tensor PenaltyAt(Func<Tensor, Tensor> critic, Tensor real, Tensor fake, Tensor mix)
    {
        using var scope = NewDisposeScope();
        return PenaltyAt(critic, Between(real, fake, mix)).MoveToOuterDisposeScope();
    }

    private static Tensor Between(Tensor real, Tensor fake, Tensor mix)
    {
        PenaltyArguments.RequireSamples(real, nameof(real));
        PenaltyArguments.RequireSamples(fake, nameof(fake));
        PenaltyArguments.RequireSameShape(real, fake);
        // A generator that runs in lower precision makes samples of another dtype than the data's.
        return fake.detach().to_type(real.dtype).lerp(real.detach(), mix);
    }
}
