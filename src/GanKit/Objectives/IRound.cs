namespace GanKit;

/// <summary>One batch's generated samples, and the two losses on them. The trainer asks for either or both, in its order.</summary>
public interface IRound
{
    /// <summary>The discriminator's loss; no gradient reaches the generator.</summary>
    LossTerms DiscriminatorLoss();

    /// <summary>The generator's loss. The trainer has frozen the discriminator's weights.</summary>
    LossTerms GeneratorLoss();
}
