using static TorchSharp.torch;

namespace GanKit;

/// <summary>
/// The conditional game (Mirza and Osindero 2014): the generator turns a latent and a condition into a sample, and the
/// discriminator tells whether a sample is real, given its condition. Projection, concatenation and conditional batch
/// norm differ in the networks alone.
/// </summary>
/// <remarks>
/// Generated samples have the conditions of the batch's real ones, which are class labels (B) int64 or attributes (B,
/// A). With <see cref="LabelDropout"/> one pair of networks learns with a class and without. Mirza and Osindero:
/// Conditional Generative Adversarial Nets, 2014, arXiv:1411.1784; Miyato and Koyama: cGANs with Projection
/// Discriminator, ICLR 2018, arXiv:1802.05637.
/// </remarks>
/// <example>
/// <code>
/// new ConditionalObjective(latentSize: 128, AdversarialLoss.Hinge)
/// </code>
/// </example>
public sealed class ConditionalObjective
    : Objective<nn.Module<Tensor, Tensor, Tensor>, nn.Module<Tensor, Tensor, Tensor>, (Tensor Samples, Tensor Condition)>,
        ISampler<nn.Module<Tensor, Tensor, Tensor>>, IPreviewer<nn.Module<Tensor, Tensor, Tensor>>
{
    private readonly IReadOnlyList<IRegularizer> _regularizers;

    /// <summary>Draws latents from N(0, I).</summary>
    /// <param name="latentSize">The length of a latent vector, at least 1.</param>
    /// <param name="loss">The adversarial loss, from the catalogue <see cref="AdversarialLoss"/> or your own.</param>
    /// <param name="regularizers">Penalties on the discriminator, given the condition; none by default.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="latentSize"/> is below 1.</exception>
    public ConditionalObjective(long latentSize, IAdversarialLoss loss, params IEnumerable<IRegularizer> regularizers)
        : this(Latent.Normal(latentSize), loss, regularizers)
    {
    }

    /// <summary>Draws latents from a distribution of your choice.</summary>
    /// <param name="latent">The latent distribution.</param>
    /// <param name="loss">The adversarial loss.</param>
    /// <param name="regularizers">Penalties on the discriminator, given the condition; none by default.</param>
    public ConditionalObjective(Latent latent, IAdversarialLoss loss, params IEnumerable<IRegularizer> regularizers)
    {
        ArgumentNullException.ThrowIfNull(latent);
        ArgumentNullException.ThrowIfNull(loss);
        ArgumentNullException.ThrowIfNull(regularizers);
        (Latent, Loss, _regularizers) = (latent, loss, [.. regularizers]);
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
        visitor.Part("label_dropout", LabelDropout);
    }

    /// <summary>
    /// A module that changes a round's conditions before the networks get them, for example
    /// <c>new LabelDropout(Conditioning.Classes(10, noClass: true), p: 0.1)</c> of <c>GanKit.Layers</c>; nothing by
    /// default.
    /// </summary>
    /// <remarks>
    /// It runs once a round: generator, discriminator and regularizers get one and the same result, for real samples as for
    /// generated ones. A generator's update on fakes of its own (<see cref="TrainerOptions.ReuseFakes"/>) is another
    /// round, and so is each part of a batch with gradient accumulation. Any module from conditions to conditions will
    /// do; it is not trained, and stays yours in every respect: its mode, its device, its disposal.
    /// </remarks>
    public nn.Module<Tensor, Tensor>? LabelDropout { get; init; }

    /// <inheritdoc/>
    /// <remarks>Without a condition, each class in turn, if the generator is an <see cref="IClassConditional"/>.</remarks>
    public Tensor Sample(
        nn.Module<Tensor, Tensor, Tensor> generator, long count, Device device, Generator? random = null, Tensor? condition = null) =>
        LatentSamples.Draw(generator, Latent, count, device, random, condition);

    /// <summary>
    /// Draws a row a class, of the first 32 classes, or a row for each of a batch's first conditions where they are no classes; the
    /// latents are the same in each row.
    /// </summary>
    /// <inheritdoc/>
    public IReadOnlyList<PreviewRow> Preview(nn.Module<Tensor, Tensor, Tensor> generator, PreviewContext context) =>
        LatentSamples.Preview(generator, Latent, context);

    /// <inheritdoc/>
    protected override (Tensor Samples, Tensor Condition) Generate(
        nn.Module<Tensor, Tensor, Tensor> generator, Batch batch, StepContext context)
    {
        ArgumentNullException.ThrowIfNull(generator);
        var condition = ObjectiveGuard.RequireCondition(batch, nameof(ConditionalObjective));
        if (LabelDropout is { } dropout)
        {
            using (no_grad())
                condition = Guarded.Network("label dropout", dropout, [("conditions", condition)], () => dropout.call(condition));
        }

        var latents = Latent.SampleFor(generator, batch.Size, context.Device);
        return (ObjectiveGuard.Generate(generator, latents, condition), condition);
    }

    /// <inheritdoc/>
    protected override LossTerms DiscriminatorLoss(
        nn.Module<Tensor, Tensor, Tensor> discriminator, Batch batch, (Tensor Samples, Tensor Condition) fakes,
        StepContext context) =>
        AdversarialTerms.ForDiscriminator(
            Loss, _regularizers, Critic.Of(discriminator, fakes.Condition), batch.Real, fakes.Samples, context);

    /// <inheritdoc/>
    protected override LossTerms GeneratorLoss(
        nn.Module<Tensor, Tensor, Tensor> generator, nn.Module<Tensor, Tensor, Tensor> discriminator, Batch batch,
        (Tensor Samples, Tensor Condition) fakes, StepContext context) =>
        AdversarialTerms.ForGenerator(Loss, Critic.Of(discriminator, fakes.Condition), batch.Real, fakes.Samples, context);
}
