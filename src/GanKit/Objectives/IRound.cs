namespace GanKit;

/// <summary>
/// One batch's generated samples, and the two losses on them. The trainer asks for either or both, in its order.
/// </summary>
/// <remarks>
/// Tensors made while computing one loss are freed after its backward pass: what both losses need belongs into
/// <see cref="IObjective{TG, TD}.Begin"/>, whose tensors live as long as the round.
/// </remarks>
public interface IRound
{
    /// <summary>The discriminator's loss; no gradient reaches the generator.</summary>
    LossTerms DiscriminatorLoss();

    /// <summary>The generator's loss. The trainer has frozen the discriminator's weights.</summary>
    LossTerms GeneratorLoss();
}
