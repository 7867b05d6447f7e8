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
    /// Runs the generator on one batch, in the gradient mode the trainer has set, and returns the two losses to be
    /// computed on what came out.
    /// </summary>
    /// <param name="generator">The generator, on the batch's device.</param>
    /// <param name="discriminator">The discriminator, on the batch's device.</param>
    /// <param name="batch">One batch; the trainer's.</param>
    /// <param name="context">Where training stands.</param>
    /// <returns>The round, which is used within the current dispose scope.</returns>
    IRound Begin(TG generator, TD discriminator, Batch batch, StepContext context);
}

/// <summary>One batch's generated samples, and the two losses on them. The trainer asks for either or both, in its order.</summary>
public interface IRound
{
    /// <summary>The discriminator's loss; no gradient reaches the generator.</summary>
    LossTerms DiscriminatorLoss();

    /// <summary>The generator's loss. The trainer has frozen the discriminator's weights.</summary>
    LossTerms GeneratorLoss();
}

/// <summary>An objective whose generator makes samples out of nothing but random numbers.</summary>
/// <typeparam name="TG">The generators it can sample from.</typeparam>
public interface ISampler<in TG>
    where TG : nn.Module
{
    /// <summary>Generates samples, in the gradient mode and the training mode that the caller has set.</summary>
    /// <param name="generator">The generator.</param>
    /// <param name="count">How many.</param>
    /// <param name="device">The generator's device.</param>
    /// <param name="random">The random source, or <see langword="null"/> for the device's default one.</param>
    /// <returns>A tensor (count, ...) that belongs to the current dispose scope.</returns>
    Tensor Sample(TG generator, long count, Device device, Generator? random = null);
}
