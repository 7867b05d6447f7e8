namespace GanKit.Monitoring;

/// <summary>What <see cref="TrainingHealth"/> saw after a step. A number that is not known is NaN.</summary>
/// <remarks>Of several discriminators, such as CycleGAN's, it is about the one whose generated samples are least diverse.</remarks>
public sealed record HealthReading
{
    /// <summary>The step after which it was taken.</summary>
    public long Step { get; init; }

    /// <summary>
    /// How far generated samples are from the reference, which is held-out data where there is some, and training data else: the energy
    /// coefficient H of Székely and Rizzo (2013), from 0 for one distribution to 1. Noise may bring it a little below 0.
    /// </summary>
    public double Distance { get; init; } = double.NaN;

    /// <summary>The standard error of <see cref="Distance"/>.</summary>
    public double DistanceError { get; init; } = double.NaN;

    /// <summary>The mean distance between two generated samples, as a share of that between two of the reference.</summary>
    public double Diversity { get; init; } = double.NaN;

    /// <summary>The standard error of <see cref="Diversity"/>.</summary>
    public double DiversityError { get; init; } = double.NaN;

    /// <summary>The share of generated samples that lie in the ball of a real one of the reference, out to its 5th neighbour among the others.</summary>
    public double Precision { get; init; } = double.NaN;

    /// <summary>The share of such balls with a generated sample in them: coverage (Naeem et al. 2020).</summary>
    public double Coverage { get; init; } = double.NaN;

    /// <summary>How far generated samples are from the training data, as <see cref="Distance"/>; known beside held-out data.</summary>
    public double TrainingDistance { get; init; } = double.NaN;

    /// <summary>The standard error of <see cref="TrainingDistance"/>.</summary>
    public double TrainingDistanceError { get; init; } = double.NaN;

    /// <summary>The mean distance between two training samples, as a share of that between two held-out ones.</summary>
    public double DataDiversity { get; init; } = double.NaN;

    /// <summary>The standard error of <see cref="DataDiversity"/>.</summary>
    public double DataDiversityError { get; init; } = double.NaN;

    /// <summary>How far the training data are from the held-out data, as <see cref="Distance"/>.</summary>
    public double DataDistance { get; init; } = double.NaN;

    /// <summary>The standard error of <see cref="DataDistance"/>.</summary>
    public double DataDistanceError { get; init; } = double.NaN;

    /// <summary>
    /// The logit between real and generated: 0, and 0.5 of least squares. NaN where only differences of logits count, as of Wasserstein and
    /// relativistic losses, or the loss is your own; accuracies then take the middle of the two mean logits.
    /// </summary>
    public double Boundary { get; init; } = double.NaN;

    /// <summary>The share of training samples that the discriminator takes for real.</summary>
    public double RealAccuracy { get; init; } = double.NaN;

    /// <summary>The share of generated samples that it takes for generated.</summary>
    public double FakeAccuracy { get; init; } = double.NaN;

    /// <summary>The share of held-out real samples that it takes for real.</summary>
    public double HeldOutAccuracy { get; init; } = double.NaN;

    /// <summary>How probable it is that it gives a training sample more than a generated one: 0.5 where it sees no difference.</summary>
    public double Separation { get; init; } = double.NaN;

    /// <summary>
    /// How probable it is that it gives a training sample more than a held-out real one: 0.5 of a discriminator that has learnt nothing by
    /// heart.
    /// </summary>
    public double Memorization { get; init; } = double.NaN;

    /// <summary>
    /// r_v = (E[D(train)] - E[D(held-out)]) / (E[D(train)] - E[D(generated)]) of its logits: 0 without overfitting; at 1 held-out samples are as
    /// fake as generated ones (Karras et al. 2020, "Training Generative Adversarial Networks with Limited Data", equation 1).
    /// </summary>
    public double Overfitting { get; init; } = double.NaN;

    /// <summary>Its mean logit of training samples.</summary>
    public double RealLogit { get; init; } = double.NaN;

    /// <summary>Its mean logit of generated samples.</summary>
    public double FakeLogit { get; init; } = double.NaN;

    /// <summary>The norm of the generator's gradient in its last update, after any clipping.</summary>
    public double GeneratorGradient { get; init; } = double.NaN;

    /// <summary>The norm of the discriminator's gradient in its last update, after any clipping.</summary>
    public double DiscriminatorGradient { get; init; } = double.NaN;

    /// <summary>
    /// The largest singular value of any of the generator's weights, as a matrix of its outputs' rows: one that grows fast announces a collapse
    /// (Brock et al. 2019, "Large Scale GAN Training", section 4).
    /// </summary>
    public double GeneratorSpectralNorm { get; init; } = double.NaN;

    /// <summary>The same of the discriminator's.</summary>
    public double DiscriminatorSpectralNorm { get; init; } = double.NaN;

    /// <summary>The generator's loss.</summary>
    public double GeneratorLoss { get; init; } = double.NaN;

    /// <summary>The discriminator's loss.</summary>
    public double DiscriminatorLoss { get; init; } = double.NaN;

    /// <summary>What is NaN or infinite, in words; null where nothing is.</summary>
    public string? NotFinite { get; init; }

    /// <summary>The generator's loss over the discriminator's, by size.</summary>
    public double LossRatio => Math.Abs(GeneratorLoss) / Math.Abs(DiscriminatorLoss);
}
