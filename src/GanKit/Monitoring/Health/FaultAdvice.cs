namespace GanKit.Monitoring;

/// <summary>The names of faults, and what may help.</summary>
internal static class FaultAdvice
{
    internal static string Title(TrainingFault fault) => fault switch
    {
        TrainingFault.Divergence => "Divergence",
        TrainingFault.NarrowData => "Narrow training data",
        TrainingFault.ModeCollapse => "Mode collapse",
        TrainingFault.DiscriminatorOverfitting => "Discriminator overfitting",
        TrainingFault.DiscriminatorOverpowering => "Discriminator overpowering",
        _ => "No progress",
    };

    internal static string For(TrainingFault fault) => fault switch
    {
        TrainingFault.Divergence => "Look for NaN in the data; lower the learning rate, or clip gradients (MaxGradientNorm).",
        TrainingFault.NarrowData => "Compare the two sets: a class alone, a wrong folder, a filter.",
        TrainingFault.ModeCollapse => "Go back to an earlier state with a lower rate; MinibatchStdDev, R1Penalty or a Wasserstein loss with GradientPenalty make it rarer. "
            + "Of a translator, it may mean that inputs and targets do not belong together.",
        TrainingFault.DiscriminatorOverfitting => "More data, augmentation in the objective (Augmentation), or an end of training here.",
        TrainingFault.DiscriminatorOverpowering => "Lower DiscriminatorLearningRate, regularize the discriminator (R1Penalty), or make the generator larger.",
        _ => "A larger discriminator or generator, another learning rate; compare the range of the data with that of the generator.",
    };
}
