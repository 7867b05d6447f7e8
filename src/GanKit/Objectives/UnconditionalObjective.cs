using static TorchSharp.torch;

namespace GanKit;

/// <summary>
/// The original game (Goodfellow et al. 2014): a generator turns latents into samples, a discriminator tells them from
/// real ones. MLP GAN, DCGAN, LSGAN, WGAN-GP, SNGAN and DRAGAN differ only in the loss and the regularizers given here.
/// </summary>
/// <example>
/// <code>
/// new UnconditionalObjective(latentSize: 100, AdversarialLoss.NonSaturating)                       // DCGAN
/// new UnconditionalObjective(latentSize: 128, AdversarialLoss.Wasserstein, new GradientPenalty())  // WGAN-GP
/// </code>
/// </example>
public sealed class UnconditionalObjective
    : Objective<nn.Module<Tensor, Tensor>, nn.Module<Tensor, Tensor>, Tensor>, ISampler<nn.Module<Tensor, Tensor>>
{
    private readonly IReadOnlyList<IRegularizer> _regularizers;

    /// <summary>Draws latents from N(0, I).</summary>
    /// <param name="latentSize">The length of a latent vector, at least 1: the generator's input.</param>
    /// <param name="loss">The adversarial loss, from the catalogue <see cref="AdversarialLoss"/> or your own.</param>
    /// <param name="regularizers">Penalties on the discriminator; none by default.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="latentSize"/> is below 1.</exception>
    public UnconditionalObjective(long latentSize, IAdversarialLoss loss, params IEnumerable<IRegularizer> regularizers)
        : this(Latent.Normal(latentSize), loss, regularizers)
    {
    }

    /// <summary>Draws latents from a distribution of your choice.</summary>
    /// <param name="latent">The latent distribution.</param>
    /// <param name="loss">The adversarial loss.</param>
    /// <param name="regularizers">Penalties on the discriminator; none by default.</param>
    public UnconditionalObjective(Latent latent, IAdversarialLoss loss, params IEnumerable<IRegularizer> regularizers)
    {
        ArgumentNullException.ThrowIfNull(latent);
        ArgumentNullException.ThrowIfNull(loss);
        ArgumentNullException.ThrowIfNull(regularizers);
        Latent = latent;
        Loss = loss;
        _regularizers = [.. regularizers];
    }

    /// <summary>The latent distribution.</summary>
    public Latent Latent { get; }

    /// <summary>The adversarial loss.</summary>
    public IAdversarialLoss Loss { get; }

    /// <inheritdoc/>
    public override void VisitState(StateVisitor visitor)
    {
        base.VisitState(visitor);
        visitor.Part("latent", Latent);
        visitor.Part("loss", Loss);
        visitor.Parts("regularizers", _regularizers);
    }

    /// <inheritdoc/>
    public Tensor Sample(
        nn.Module<Tensor, Tensor> generator, long count, Device device, Generator? random = null, Tensor? condition = null) =>
        LatentSamples.Draw(generator, Latent, count, device, random, condition);

    /// <inheritdoc/>
    protected override Tensor Generate(nn.Module<Tensor, Tensor> generator, Batch batch, StepContext context) =>
        ObjectiveGuard.Generate(generator, Latent.SampleFor(generator, batch.Size, context.Device));

    /// <inheritdoc/>
    protected override LossTerms DiscriminatorLoss(
        nn.Module<Tensor, Tensor> discriminator, Batch batch, Tensor fakes, StepContext context) =>
        AdversarialTerms.ForDiscriminator(Loss, _regularizers, Critic.Of(discriminator), batch.Real, fakes, context);

    /// <inheritdoc/>
    protected override LossTerms GeneratorLoss(
        nn.Module<Tensor, Tensor> generator, nn.Module<Tensor, Tensor> discriminator, Batch batch, Tensor fakes,
        StepContext context) =>
        AdversarialTerms.ForGenerator(Loss, Critic.Of(discriminator), batch.Real, fakes, context);
}
