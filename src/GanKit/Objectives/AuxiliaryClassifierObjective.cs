using static TorchSharp.torch;

namespace GanKit;

/// <summary>
/// The conditional game with an auxiliary classifier (AC-GAN): the discriminator does not take conditions but predicts them, and the
/// generator learns to make samples with the right prediction.
/// </summary>
/// <remarks>
/// <c>L_D = L_D(real, fake) + λ (C(real) + C(fake))</c> and <c>L_G = L_G(fake) + λ C(fake)</c>, where C is the cross
/// entropy of the class logits for labels (B) int64, and the binary cross entropy of each for attributes (B, A) in [0,
/// 1]. The discriminator returns (adversarial logits, class logits (B, K)), neither through a sigmoid or softmax.
/// <para>
/// Conditions stay as they are: a sample without a label has no class to predict. To draw without a class too,
/// train with <see cref="ConditionalObjective.LabelDropout"/>.
/// </para>
/// <para>Odena, Olah, Shlens: Conditional Image Synthesis with Auxiliary Classifier GANs, ICML 2017, arXiv:1610.09585,
/// has λ 1.</para>
/// </remarks>
public sealed class AuxiliaryClassifierObjective
    : Objective<nn.Module<Tensor, Tensor, Tensor>, nn.Module<Tensor, (Tensor, Tensor)>, Tensor>,
        ISampler<nn.Module<Tensor, Tensor, Tensor>>, IPreviewer<nn.Module<Tensor, Tensor, Tensor>>
{
    private readonly IReadOnlyList<IRegularizer> _regularizers;

    /// <summary>Draws latents from N(0, I).</summary>
    /// <param name="latentSize">The length of a latent vector, at least 1.</param>
    /// <param name="loss">The adversarial loss, from the catalogue <see cref="AdversarialLoss"/> or your own.</param>
    /// <param name="regularizers">Penalties on the discriminator's adversarial logits; none by default.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="latentSize"/> is below 1.</exception>
    public AuxiliaryClassifierObjective(
        long latentSize, IAdversarialLoss loss, params IEnumerable<IRegularizer> regularizers)
        : this(Latent.Normal(latentSize), loss, regularizers)
    {
    }

    /// <summary>Draws latents from a distribution of your choice.</summary>
    /// <param name="latent">The latent distribution.</param>
    /// <param name="loss">The adversarial loss.</param>
    /// <param name="regularizers">Penalties on the discriminator's adversarial logits; none by default.</param>
    public AuxiliaryClassifierObjective(Latent latent, IAdversarialLoss loss, params IEnumerable<IRegularizer> regularizers)
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
    }

    /// <summary>λ, the weight of the classification loss, at least 0; 1.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is negative or not finite.</exception>
    public double ClassificationWeight
    {
        get;
        init => field = ObjectiveGuard.RequireWeight(value);
    } = 1;

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
    protected override Tensor Generate(nn.Module<Tensor, Tensor, Tensor> generator, Batch batch, StepContext context)
    {
        ArgumentNullException.ThrowIfNull(generator);
        var condition = ObjectiveGuard.RequireCondition(batch, nameof(AuxiliaryClassifierObjective));
        return ObjectiveGuard.Generate(generator, Latent.SampleFor(generator, batch.Size, context.Device), condition);
    }

    /// <inheritdoc/>
    protected override LossTerms DiscriminatorLoss(
        nn.Module<Tensor, (Tensor, Tensor)> discriminator, Batch batch, Tensor fakes, StepContext context)
    {
        ArgumentNullException.ThrowIfNull(discriminator);
        var named = new List<Tensor>(); // of real samples, then of fakes; regularizers come later
        var terms = AdversarialTerms.ForDiscriminator(
            Loss, _regularizers, Critic(discriminator, named), batch.Real, fakes, context);
        terms.Add("classification", Mistakes(named[0], batch) + Mistakes(named[1], batch), ClassificationWeight);
        return terms;
    }

    /// <inheritdoc/>
    protected override LossTerms GeneratorLoss(
        nn.Module<Tensor, Tensor, Tensor> generator, nn.Module<Tensor, (Tensor, Tensor)> discriminator, Batch batch,
        Tensor fakes, StepContext context)
    {
        ArgumentNullException.ThrowIfNull(discriminator);
        var named = new List<Tensor>();
        var terms = AdversarialTerms.ForGenerator(Loss, Critic(discriminator, named), batch.Real, fakes, context);
        terms.Add("classification", Mistakes(named[0], batch), ClassificationWeight); // the fakes come first
        return terms;
    }

    private static Func<Tensor, Tensor> Critic(nn.Module<Tensor, (Tensor, Tensor)> discriminator, List<Tensor> named) =>
        samples =>
    {
        Tensor? classLogits = null;
        var logits = Guarded.Run("discriminator", discriminator, [("samples", samples)], () =>
        {
            (var adversarial, classLogits) = discriminator.call(samples);
            return adversarial;
        });
        named.Add(Guarded.RequireOneEach("discriminator", discriminator, classLogits, samples).InSinglePrecision());
        return Guarded.RequireOneEach("discriminator", discriminator, logits, samples, orOneOfSeveral: true);
    };

    private static Tensor Mistakes(Tensor classLogits, Batch batch)
    {
        var condition = batch.Condition!;
        if (!condition.is_floating_point())
        {
            return Guarded.Run("classification of the discriminator", null, [("class logits", classLogits), ("labels", condition)],
                () => nn.functional.cross_entropy(classLogits, condition));
        }

        if (!classLogits.shape.AsSpan().SequenceEqual(condition.shape))
        {
            throw new ArgumentException(
                $"The discriminator names attributes by logits of shape {classLogits.Describe()}, but the batch has "
                + $"attributes of shape {condition.Describe()}, of {condition.dtype}; they must be equal. Labels of classes are whole "
                + "numbers instead: labels.to(int64).",
                nameof(batch));
        }

        return nn.functional.binary_cross_entropy_with_logits(classLogits, condition);
    }
}
