using System.Collections.ObjectModel;
using static TorchSharp.torch;

namespace GanKit;

/// <summary>
/// The base of objectives: generate once, then score the result for the discriminator and for the generator.
/// </summary>
/// <typeparam name="TG">The generators it can train, for example <c>nn.Module&lt;Tensor, Tensor&gt;</c>.</typeparam>
/// <typeparam name="TD">The discriminators it can train.</typeparam>
/// <typeparam name="TFakes">The generator's output for one batch: a tensor, or a record of several.</typeparam>
public abstract class Objective<TG, TD, TFakes> : IObjective<TG, TD>, IStateful
    where TG : nn.Module
    where TD : nn.Module
{
    /// <summary>
    /// The augmentation of real and generated samples before the discriminator, in both losses; none by default. An objective of
    /// yours has it in what <see cref="AdversarialTerms"/> computes. A regularizer says whether it is before it or after it
    /// (<see cref="IRegularizer.BeforeAugmentation"/>).
    /// </summary>
    public Augmentation? Augmentation { get; init; }

    /// <summary>Penalties on the generator, added to its loss where they are due; none by default.</summary>
    public IReadOnlyList<IGeneratorRegularizer> GeneratorRegularizers { get; init; } = [];

    /// <inheritdoc/>
    public virtual IReadOnlyDictionary<string, nn.Module> GeneratorParts => ReadOnlyDictionary<string, nn.Module>.Empty;

    /// <inheritdoc/>
    public virtual IReadOnlyDictionary<string, nn.Module> DiscriminatorParts => ReadOnlyDictionary<string, nn.Module>.Empty;

    /// <summary>Runs the generator on one batch.</summary>
    /// <param name="generator">The generator.</param>
    /// <param name="batch">The batch.</param>
    /// <param name="context">Where training stands.</param>
    /// <returns>Generated samples with the generator's graph, where the gradient mode keeps one.</returns>
    protected abstract TFakes Generate(TG generator, Batch batch, StepContext context);

    /// <summary>Computes the discriminator's loss. Detach the fakes: they may carry the generator's graph.</summary>
    /// <param name="discriminator">The discriminator.</param>
    /// <param name="batch">The batch.</param>
    /// <param name="fakes">The result of <see cref="Generate"/>.</param>
    /// <param name="context">Where training stands.</param>
    protected abstract LossTerms DiscriminatorLoss(TD discriminator, Batch batch, TFakes fakes, StepContext context);

    /// <summary>Computes the generator's loss. The discriminator's weights are frozen.</summary>
    /// <param name="generator">The generator, for losses that run it again.</param>
    /// <param name="discriminator">The discriminator.</param>
    /// <param name="batch">The batch.</param>
    /// <param name="fakes">The result of <see cref="Generate"/>.</param>
    /// <param name="context">Where training stands.</param>
    protected abstract LossTerms GeneratorLoss(
        TG generator, TD discriminator, Batch batch, TFakes fakes, StepContext context);

    /// <summary>Names what it keeps between steps, and its parts that may keep something; by default those of this class.</summary>
    /// <inheritdoc/>
    public virtual void VisitState(StateVisitor visitor)
    {
        ArgumentNullException.ThrowIfNull(visitor);
        visitor.Part("augmentation", Augmentation);
        visitor.Parts("generator_regularizers", GeneratorRegularizers);
    }

    /// <inheritdoc/>
    public virtual void Require(TG generator, TD discriminator)
    {
    }

    /// <inheritdoc/>
    public IRound Begin(TG generator, TD discriminator, Batch batch, StepContext context)
    {
        ArgumentNullException.ThrowIfNull(generator);
        ArgumentNullException.ThrowIfNull(discriminator);
        ArgumentNullException.ThrowIfNull(batch);
        Require(generator, discriminator);
        context = context with { Augmentation = Augmentation ?? context.Augmentation };
        return new Round(this, generator, discriminator, batch, Generate(generator, batch, context), context);
    }

    private sealed class Round(
        Objective<TG, TD, TFakes> objective, TG generator, TD discriminator, Batch batch, TFakes fakes, StepContext context)
        : IRound
    {
        public LossTerms DiscriminatorLoss() => objective.DiscriminatorLoss(discriminator, batch, fakes, context);

        public LossTerms GeneratorLoss() => AdversarialTerms.AddRegularizers(
            objective.GeneratorLoss(generator, discriminator, batch, fakes, context), objective.GeneratorRegularizers, generator, batch, context);
    }
}
