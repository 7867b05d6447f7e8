using static TorchSharp.torch;

namespace GanKit;

/// <summary>What an objective may know about the step it is part of.</summary>
/// <param name="DiscriminatorStep">How many times the discriminator was updated before, from 0.</param>
/// <param name="GeneratorStep">How many times the generator was updated before, from 0.</param>
/// <param name="Device">The device of the networks and of the batch.</param>
public readonly record struct StepContext(long DiscriminatorStep, long GeneratorStep, Device Device)
{
    /// <summary>
    /// What <see cref="AdversarialTerms"/> changes samples by before the discriminator sees them; see
    /// <see cref="Objective{TG, TD, TFakes}.Augmentation"/>, which puts it here.
    /// </summary>
    public Augmentation? Augmentation { get; init; }

    /// <summary>Takes reports of likely mistakes that are no errors.</summary>
    internal TrainingNotices? Notices { get; init; }
}
