using static TorchSharp.torch;

namespace GanKit;

/// <summary>The data of the current step for an objective.</summary>
/// <param name="DiscriminatorStep">How many times the discriminator was updated before, from 0.</param>
/// <param name="GeneratorStep">How many times the generator was updated before, from 0.</param>
/// <param name="Device">The device of the networks and of the batch.</param>
public readonly record struct StepContext(long DiscriminatorStep, long GeneratorStep, Device Device)
{
    /// <summary>
    /// The augmentation that <see cref="AdversarialTerms"/> applies to samples before the discriminator; see
    /// <see cref="Objective{TG, TD, TFakes}.Augmentation"/>, which puts it here.
    /// </summary>
    public Augmentation? Augmentation { get; init; }

    /// <summary>Takes reports of likely mistakes that are no errors.</summary>
    internal TrainingNotices? Notices { get; init; }

    /// <summary>Takes what the discriminator says, where nothing is to be learnt from it.</summary>
    internal List<DiscriminatorLogits>? DiscriminatorLogits { get; init; }
}
