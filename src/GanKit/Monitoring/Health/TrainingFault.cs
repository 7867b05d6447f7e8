namespace GanKit.Monitoring;

/// <summary>What can go wrong in a run, in the order in which <see cref="Watchdog"/> asks: where several seem to hold, the first explains the others.</summary>
public enum TrainingFault
{
    /// <summary>Losses, gradients or logits are no numbers any more, or grew beyond measure.</summary>
    Divergence,

    /// <summary>The training data are far less diverse than the held-out data: one class, a wrong folder.</summary>
    NarrowData,

    /// <summary>The generator makes a few samples again and again.</summary>
    ModeCollapse,

    /// <summary>The discriminator knows its training samples by heart.</summary>
    DiscriminatorOverfitting,

    /// <summary>The discriminator tells all samples apart, and the generator learns nothing from it.</summary>
    DiscriminatorOverpowering,

    /// <summary>Samples stay far from the data, though nothing else is wrong: the discriminator sees too little, or the generator can't do more.</summary>
    NoProgress,
}
