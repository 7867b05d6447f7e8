using static TorchSharp.torch;

namespace GanKit;

/// <summary>
/// A penalty on the discriminator, added to its loss, independent of optimisers.
/// </summary>
/// <remarks>
/// <para>Lazy evaluation (Karras et al. 2020, "Analyzing and Improving the Image Quality of StyleGAN", section 3.1):
/// with <see cref="Interval"/> k, the objective evaluates the penalty on every k-th discriminator step and multiplies it
/// by k, so that its average strength is unchanged.</para>
/// <para>Where training runs in lower precision, <see cref="AdversarialTerms"/> turns that off for penalties: the
/// critic that they are given computes in float32.</para>
/// </remarks>
public interface IRegularizer
{
    /// <summary>The name under which the unweighted penalty is logged, for example <c>gradient_penalty</c>.</summary>
    string Name { get; }

    /// <summary>
    /// The factor of the penalty in the discriminator's loss, before lazy scaling: on the steps that evaluate it, the
    /// objective adds <c>Weight * Interval * Penalty(...)</c>.
    /// </summary>
    double Weight { get; }

    /// <summary>Evaluate on every k-th discriminator step; 1 means on each.</summary>
    int Interval { get; }

    /// <summary>
    /// Which samples the penalty gets where an objective has an <c>Augmentation</c>. <see langword="true"/>, the default: samples as
    /// they are, and a critic that augments what it is given before it judges, so that slopes are taken through the augmentation, as
    /// StyleGAN2-ADA does for R1 and R3GAN for R1 and R2. <see langword="false"/>: samples as augmented for the loss, and the
    /// discriminator alone. Without an augmentation both are the same.
    /// </summary>
    bool BeforeAugmentation => true;

    /// <summary>Computes the unweighted penalty; its gradient reaches the critic's weights.</summary>
    /// <param name="critic">
    /// The discriminator as a function of samples alone: conditioning inputs are captured by the caller, as in
    /// <c>x => discriminator.call(x, labels)</c>. It may return logits of any shape.
    /// </param>
    /// <param name="real">Real samples (B, ...), detached.</param>
    /// <param name="fake">Generated samples, the same shape as <paramref name="real"/>, detached.</param>
    /// <returns>A scalar tensor.</returns>
    Tensor Penalty(Func<Tensor, Tensor> critic, Tensor real, Tensor fake);
}
