using static TorchSharp.torch;

namespace GanKit;

/// <summary>
/// Translation learned from pairs (pix2pix): the generator turns the batch's condition, an image, into one like its
/// partner; the discriminator judges (input, output) together, and a reconstruction loss holds the output to the partner.
/// </summary>
/// <remarks>
/// <c>L_D = w_D · L_D(D([A, B]), D([A, G(A)]))</c> and <c>L_G = L_G(D([A, G(A)])) + λ · E[|B - G(A)|]</c>, where
/// <c>[., .]</c> joins channels: the discriminator takes those of both images. Batches have A as
/// <see cref="Batch.Condition"/> and B as <see cref="Batch.Real"/>. The defaults are pix2pix's.
/// <para>
/// pix2pixHD's generator loss is
/// <c>Loss = AdversarialLoss.LeastSquares, ReconstructionWeight = 0, FeatureMatchingWeight = 10</c> with a
/// <c>MultiScaleDiscriminator</c>, each of whose scales counts like a discriminator of its own: their losses are
/// summed.
/// </para>
/// <para>Isola, Zhu, Zhou, Efros: Image-to-Image Translation with Conditional Adversarial Networks, CVPR 2017,
/// arXiv:1611.07004.</para>
/// </remarks>
/// <example>
/// <code>
/// AdversarialTrainer.Create(
///     new UnetGenerator(downs: 8, dropout: true), new PatchDiscriminator(inChannels: 6), new PairedObjective());
/// </code>
/// </example>
public sealed class PairedObjective
    : Objective<nn.Module<Tensor, Tensor>, nn.Module<Tensor, Tensor>, Tensor>, IPreviewer<nn.Module<Tensor, Tensor>>
{
    /// <summary>The adversarial loss; <see cref="AdversarialLoss.NonSaturating"/>, pix2pix's.</summary>
    public IAdversarialLoss Loss { get; init => field = Given.NotNull(value); } = AdversarialLoss.NonSaturating;

    /// <summary>How far outputs are from their targets; <see cref="ReconstructionLoss.L1"/>.</summary>
    public IReconstructionLoss Reconstruction { get; init => field = Given.NotNull(value); } = ReconstructionLoss.L1;

    /// <summary>λ, the weight of <see cref="Reconstruction"/>, at least 0; 100.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is negative or not finite.</exception>
    public double ReconstructionWeight
    {
        get;
        init => field = ObjectiveGuard.RequireWeight(value);
    } = 100;

    /// <summary>
    /// The weight of <see cref="FeatureMatching"/>, how differently the discriminator sees output and target, at least
    /// 0; 0, without. pix2pixHD has 10. The discriminator has to be an <see cref="IFeatureDiscriminator"/>.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is negative or not finite.</exception>
    public double FeatureMatchingWeight
    {
        get;
        init => field = ObjectiveGuard.RequireWeight(value);
    }

    /// <summary>The weight of the discriminator's loss, at least 0; 0.5, which slows it down.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is negative or not finite.</exception>
    public double DiscriminatorWeight
    {
        get;
        init => field = ObjectiveGuard.RequireWeight(value);
    } = 0.5;

    /// <summary>Penalties on the discriminator, as a function of B alone; none.</summary>
    public IReadOnlyList<IRegularizer> Regularizers { get; init => field = Given.NotNull(value); } = [];

    /// <inheritdoc/>
    /// <exception cref="ArgumentException">Features are to be matched, and the discriminator shows none.</exception>
    public override void Require(nn.Module<Tensor, Tensor> generator, nn.Module<Tensor, Tensor> discriminator)
    {
        ArgumentNullException.ThrowIfNull(discriminator);
        if (FeatureMatchingWeight > 0 && discriminator is not IFeatureDiscriminator)
        {
            throw new ArgumentException(
                $"{nameof(FeatureMatchingWeight)} is {FeatureMatchingWeight}, but {discriminator.GetType().Name} shows no "
                + "features to match. "
                + "Take a PatchDiscriminator, a PixelDiscriminator or a MultiScaleDiscriminator, implement "
                + $"{nameof(IFeatureDiscriminator)}, or set the weight to 0.",
                nameof(discriminator));
        }
    }

    /// <summary>Draws input, output and truth; without the input where it is no picture, such as label maps of many channels.</summary>
    /// <inheritdoc/>
    public IReadOnlyList<PreviewRow> Preview(nn.Module<Tensor, Tensor> generator, PreviewContext context)
    {
        ArgumentNullException.ThrowIfNull(generator);
        ArgumentNullException.ThrowIfNull(context);
        var input = ObjectiveGuard.RequireInput(context.Batch, nameof(PairedObjective));
        IEnumerable<PreviewRow> shown = input.shape[1] is 1 or 3 ? [new("input", input.alias())] : [];
        return [.. shown, new("output", ObjectiveGuard.Translate(generator, input)), new("truth", context.Batch.Real.alias())];
    }

    /// <inheritdoc/>
    public override void VisitState(StateVisitor visitor)
    {
        base.VisitState(visitor);
        visitor.Part("loss", Loss);
        visitor.Part("reconstruction", Reconstruction);
        visitor.Parts("regularizers", Regularizers);
    }

    /// <inheritdoc/>
    protected override Tensor Generate(nn.Module<Tensor, Tensor> generator, Batch batch, StepContext context)
    {
        ArgumentNullException.ThrowIfNull(generator);
        return ObjectiveGuard.Translate(generator, ObjectiveGuard.RequireInput(batch, nameof(PairedObjective)));
    }

    /// <inheritdoc/>
    protected override LossTerms DiscriminatorLoss(
        nn.Module<Tensor, Tensor> discriminator, Batch batch, Tensor fakes, StepContext context) =>
            AdversarialTerms.ForDiscriminator(
            Loss, Regularizers, Critic.Of(discriminator, batch.Condition), batch.Real, fakes, context, DiscriminatorWeight,
            fakeFirst: true);

    /// <inheritdoc/>
    protected override LossTerms GeneratorLoss(
        nn.Module<Tensor, Tensor> generator, nn.Module<Tensor, Tensor> discriminator, Batch batch, Tensor fakes,
        StepContext context)
    {
        var critic = Critic.Of(discriminator, batch.Condition);
        var judged = FeatureMatchingWeight > 0 ? critic.Keep() : [];
        var terms = AdversarialTerms.ForGenerator(Loss, critic, batch.Real, fakes, context);
        if (ReconstructionWeight > 0)
            terms.Add("reconstruction", ObjectiveGuard.Distance(Reconstruction, fakes, batch.Real), ReconstructionWeight);
        if (FeatureMatchingWeight > 0)
            terms.Add("feature_matching", FeatureMatching.Loss(judged[0], RealOutput()), FeatureMatchingWeight);
        return terms;

        // The fakes were judged first, and then the real images if the adversarial loss asked for them.
        IReadOnlyList<DiscriminatorOutput> RealOutput()
        {
            if (judged.Count > 1)
                return judged[1];
            using (no_grad())
                return critic.Discriminate(critic.Reference!);
        }
    }
}
