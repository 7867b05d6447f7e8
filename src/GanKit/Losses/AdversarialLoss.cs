namespace GanKit;

/// <summary>The catalogue of adversarial losses.</summary>
/// <remarks>
/// Every loss takes logits, stays finite for logits as large as their dtype can hold sums of, and averages over all
/// elements, so a map of patches counts as that many judgements. The discriminator's loss is the sum of its real and
/// its fake half, as in pytorch/examples' DCGAN; pix2pix and CycleGAN halve it, which is their objective's weight.
/// Write r for logits of real samples, f for logits of generated ones, σ for the sigmoid and E for the mean.
/// <para>Something else is needed? Implement <see cref="IAdversarialLoss"/>; all of these do nothing more.</para>
/// </remarks>
public static class AdversarialLoss
{
    /// <summary>
    /// The loss most GANs are trained with, binary cross entropy with the generator's labels swapped:
    /// D: <c>-E[log σ(r)] - E[log(1 - σ(f))]</c>, G: <c>-E[log σ(f)]</c>.
    /// Goodfellow et al. 2014, "Generative Adversarial Networks", section 3; DCGAN's loss.
    /// </summary>
    public static IAdversarialLoss NonSaturating { get; } = new NonSaturatingLoss(labelSmoothing: 0);

    /// <summary>
    /// The two-player game as it was first written: D: <c>-E[log σ(r)] - E[log(1 - σ(f))]</c>,
    /// G: <c>E[log(1 - σ(f))]</c>, which is negative, and flat where D is sure: prefer <see cref="NonSaturating"/>.
    /// Goodfellow et al. 2014, "Generative Adversarial Networks", equation 1.
    /// </summary>
    public static IAdversarialLoss Minimax { get; } = new MinimaxLoss(labelSmoothing: 0);

    /// <summary>
    /// D: <c>E[(r - 1)²] + E[f²]</c>, G: <c>E[(f - 1)²]</c>. The paper's labels a = 0, b = c = 1 without its factor
    /// of one half, as CycleGAN's authors' code has it.
    /// Mao et al. 2017, "Least Squares Generative Adversarial Networks".
    /// </summary>
    public static IAdversarialLoss LeastSquares { get; } = new LeastSquaresLoss();

    /// <summary>
    /// D: <c>E[f] - E[r]</c>, G: <c>-E[f]</c>. The critic must be kept Lipschitz, with <see cref="GradientPenalty"/>
    /// for example; minus D's loss then estimates the Wasserstein-1 distance.
    /// Arjovsky et al. 2017, "Wasserstein GAN".
    /// </summary>
    public static IAdversarialLoss Wasserstein { get; } = new WassersteinLoss();

    /// <summary>
    /// D: <c>E[max(0, 1 - r)] + E[max(0, 1 + f)]</c>, G: <c>-E[f]</c>.
    /// Lim and Ye 2017, "Geometric GAN"; used by Miyato et al. 2018, "Spectral Normalization for Generative
    /// Adversarial Networks".
    /// </summary>
    public static IAdversarialLoss Hinge { get; } = new HingeLoss();

    /// <summary>
    /// Real samples should look more real than the average generated one, and the other way round:
    /// D: <c>-E[log σ(r - E[f])] - E[log(1 - σ(f - E[r]))]</c>,
    /// G: <c>-E[log σ(f - E[r])] - E[log(1 - σ(r - E[f]))]</c>. Both halves are summed, as in the paper's equations
    /// for RaSGAN; some implementations average them.
    /// Jolicoeur-Martineau 2018, "The relativistic discriminator: a key element missing from standard GAN".
    /// </summary>
    public static IAdversarialLoss RelativisticAverage { get; } = new RelativisticAverageLoss();

    /// <summary>
    /// <see cref="NonSaturating"/> with one-sided label smoothing s: D is asked to say 1 - s for real samples and
    /// still 0 for generated ones; G's loss is unchanged. Salimans et al. 2016, "Improved Techniques for Training
    /// GANs", section 3.4, where 1 - s is 0.9.
    /// </summary>
    /// <param name="labelSmoothing">How far the label of real samples lies below 1, in [0, 1).</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="labelSmoothing"/> is outside [0, 1) or NaN.
    /// </exception>
    public static IAdversarialLoss NonSaturatingWith(double labelSmoothing) => new NonSaturatingLoss(labelSmoothing);

    /// <summary>
    /// <see cref="Minimax"/> with one-sided label smoothing; see <see cref="NonSaturatingWith"/>.
    /// </summary>
    /// <param name="labelSmoothing">How far the label of real samples lies below 1, in [0, 1).</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="labelSmoothing"/> is outside [0, 1) or NaN.
    /// </exception>
    public static IAdversarialLoss MinimaxWith(double labelSmoothing) => new MinimaxLoss(labelSmoothing);
}
