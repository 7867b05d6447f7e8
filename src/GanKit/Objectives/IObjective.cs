using System.Collections.ObjectModel;
using static TorchSharp.torch;

namespace GanKit;

/// <summary>Says how one batch becomes the losses of a generator and a discriminator.</summary>
/// <remarks>
/// An objective picks losses and regularizers and runs the networks; it never calls <c>backward()</c> or an optimiser.
/// That is the trainer's. Derive from <see cref="Objective{TG, TD, TFakes}"/> to write one.
/// </remarks>
/// <typeparam name="TG">The generators it can train, by what they take and return.</typeparam>
/// <typeparam name="TD">The discriminators it can train.</typeparam>
public interface IObjective<in TG, in TD>
    where TG : nn.Module
    where TD : nn.Module
{
    /// <summary>
    /// Refuses networks that it can't train, such as a discriminator that lacks what a loss asks for. The trainer calls
    /// it when it is made, so that the error comes before the first step. By default all are accepted.
    /// </summary>
    /// <param name="generator">The generator.</param>
    /// <param name="discriminator">The discriminator.</param>
    /// <exception cref="ArgumentException">A network does not fit; the message says what would.</exception>
    void Require(TG generator, TD discriminator)
    {
    }

    /// <summary>
    /// Networks beside the generator that learn with it, by name, such as an encoder of texts that the objective holds: the trainer
    /// moves them, their weights are in the generator's optimiser and its average, and they are in its mode when it samples. They stay
    /// yours to dispose. It is asked once, when the trainer is made; by default there are none.
    /// </summary>
    IReadOnlyDictionary<string, nn.Module> GeneratorParts => ReadOnlyDictionary<string, nn.Module>.Empty;

    /// <summary>Networks beside the discriminator that learn with it, likewise; they are frozen with it.</summary>
    IReadOnlyDictionary<string, nn.Module> DiscriminatorParts => ReadOnlyDictionary<string, nn.Module>.Empty;

    /// <summary>
    /// Runs the generator on one batch, in the gradient mode the trainer has set, and returns the round that computes the two losses on its
    /// output.
    /// </summary>
    /// <param name="generator">The generator, on the batch's device.</param>
    /// <param name="discriminator">The discriminator, on the batch's device.</param>
    /// <param name="batch">One batch; the trainer's.</param>
    /// <param name="context">Where training stands.</param>
    /// <returns>The round, which is used within the current dispose scope.</returns>
    IRound Begin(TG generator, TD discriminator, Batch batch, StepContext context);
}
