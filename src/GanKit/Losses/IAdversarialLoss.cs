using static TorchSharp.torch;

namespace GanKit;

/// <summary>
/// Turns the discriminator's logits into the two losses of an adversarial game, independently of networks.
/// </summary>
/// <remarks>
/// Logits are raw discriminator outputs, before any sigmoid, of any shape: (B), (B, 1), or a map of patches
/// (B, 1, H, W). All losses average over every element. Implementations are immutable and thread safe.
/// <para>Ready-made ones are in <see cref="AdversarialLoss"/>.</para>
/// </remarks>
public interface IAdversarialLoss
{
    /// <summary>The loss that the discriminator minimises, the sum of its real and its fake half.</summary>
    /// <param name="realLogits">Logits of real samples.</param>
    /// <param name="fakeLogits">Logits of generated samples; same shape, or another batch size.</param>
    /// <returns>A scalar tensor.</returns>
    /// <exception cref="ArgumentException">There are no logits, or the shapes differ in more than the batch size.
    /// </exception>
    Tensor DiscriminatorLoss(Tensor realLogits, Tensor fakeLogits);

    /// <summary>The loss that the generator minimises.</summary>
    /// <param name="fakeLogits">Logits of generated samples, with the generator's graph attached.</param>
    /// <param name="realLogits">
    /// Logits of real samples; given only when <see cref="GeneratorNeedsRealLogits"/> is <see langword="true"/>.
    /// </param>
    /// <returns>A scalar tensor.</returns>
    /// <exception cref="ArgumentException">There are no logits, or those of real samples are needed and missing.
    /// </exception>
    Tensor GeneratorLoss(Tensor fakeLogits, Tensor? realLogits = null);

    /// <summary>
    /// Whether <see cref="GeneratorLoss"/> compares with real samples, as relativistic losses do. When
    /// <see langword="false"/> (the default) the discriminator is not run on real samples in the generator's step.
    /// </summary>
    bool GeneratorNeedsRealLogits => false;

    /// <summary>
    /// The discriminator's verdict for the log: D(x) of real samples and D(G(z)) of generated ones. The default
    /// is the mean logit; losses whose logits are log-odds give the mean probability.
    /// </summary>
    /// <param name="logits">Logits of real or generated samples.</param>
    /// <returns>A scalar tensor.</returns>
    Tensor Score(Tensor logits) => logits.mean();
}
