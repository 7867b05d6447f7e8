using static TorchSharp.torch;

namespace GanKit;

/// <summary>
/// The adversarial part of an objective, ready to use in one of your own: any loss, any regularizers, on a discriminator
/// seen as a function of samples.
/// </summary>
/// <remarks>
/// Conditioning inputs are captured in that function, as in <c>x => discriminator.call(x, labels)</c>, and so reach the
/// regularizers too. More terms can be added to what is returned. In lower precision (<see cref="Precision"/>), the discriminator
/// runs in it; losses, regularizers and the discriminator within them run in float32.
/// </remarks>
public static class AdversarialTerms
{
    /// <summary>What the discriminator minimises: the loss as <c>adversarial</c>, and the regularizers that are due.</summary>
    /// <remarks>It also observes <c>D(x)</c> and <c>D(G(z))</c>, the loss's <see cref="IAdversarialLoss.Score"/> of each.</remarks>
    /// <param name="loss">The loss.</param>
    /// <param name="regularizers">Penalties on the discriminator; each counts on every <see cref="IRegularizer.Interval"/>-th step.</param>
    /// <param name="critic">The discriminator, from samples to logits.</param>
    /// <param name="real">Real samples (B, ...).</param>
    /// <param name="fake">Generated samples of the same shape but for the batch size; they are detached here.</param>
    /// <param name="context">Where training stands.</param>
    /// <param name="weight">The factor of the loss, not of the regularizers; 1 by default, 0.5 in pix2pix and CycleGAN.</param>
    /// <param name="suffix">What the terms' names end in, where an objective has several discriminators; nothing by default.</param>
    /// <param name="fakeFirst">
    /// Whether the discriminator sees the generated samples before the real ones; no by default. It matters to running statistics alone.
    /// </param>
    /// <returns>Terms whose tensors belong to the current dispose scope.</returns>
    /// <exception cref="ArgumentException">Real and generated samples differ in shape.</exception>
    public static LossTerms ForDiscriminator(
        IAdversarialLoss loss, IReadOnlyList<IRegularizer> regularizers, Func<Tensor, Tensor> critic,
        Tensor real, Tensor fake, StepContext context, double weight = 1, string suffix = "", bool fakeFirst = false)
    {
        ArgumentNullException.ThrowIfNull(loss);
        ArgumentNullException.ThrowIfNull(regularizers);
        ArgumentNullException.ThrowIfNull(critic);
        RequireSameSampleShape(real, fake);
        fake = fake.detach().to_type(real.dtype); // a generator in lower precision rounds, and that alone must not tell them apart
        var earlyFakeLogits = fakeFirst ? critic(fake) : null;
        var realLogits = critic(real).InSinglePrecision();
        var fakeLogits = (earlyFakeLogits ?? critic(fake)).InSinglePrecision();
        using var full = Precision.Float32.Autocast(real.device);
        var terms = new LossTerms { { "adversarial" + suffix, loss.DiscriminatorLoss(realLogits, fakeLogits), weight } };
        foreach (var regularizer in regularizers)
        {
            if (context.DiscriminatorStep % regularizer.Interval == 0)
                terms.Add(regularizer.Name + suffix, regularizer.Penalty(critic, real, fake), regularizer.Weight * regularizer.Interval);
        }

        using (no_grad())
        {
            return terms
                .Observe("D(x)" + suffix, loss.Score(realLogits.detach()))
                .Observe("D(G(z))" + suffix, loss.Score(fakeLogits.detach()));
        }
    }

    /// <summary>What the generator minimises, as <c>adversarial</c>.</summary>
    /// <param name="loss">The loss.</param>
    /// <param name="critic">The discriminator, from samples to logits.</param>
    /// <param name="real">Real samples (B, ...); the discriminator sees them only where the loss compares with them.</param>
    /// <param name="fake">Generated samples with the generator's graph.</param>
    /// <param name="weight">The loss's factor; 1 by default.</param>
    /// <param name="suffix">What the term's name ends in, where an objective has several discriminators; nothing by default.</param>
    /// <returns>Terms whose tensors belong to the current dispose scope.</returns>
    /// <exception cref="ArgumentException">Real and generated samples differ in shape.</exception>
    public static LossTerms ForGenerator(
        IAdversarialLoss loss, Func<Tensor, Tensor> critic, Tensor real, Tensor fake, double weight = 1, string suffix = "")
    {
        ArgumentNullException.ThrowIfNull(loss);
        ArgumentNullException.ThrowIfNull(critic);
        RequireSameSampleShape(real, fake);
        var fakeLogits = critic(fake.to_type(real.dtype)).InSinglePrecision();
        var realLogits = RealLogits();
        using var full = Precision.Float32.Autocast(real.device);
        return new LossTerms { { "adversarial" + suffix, loss.GeneratorLoss(fakeLogits, realLogits), weight } };

        Tensor? RealLogits()
        {
            if (!loss.GeneratorNeedsRealLogits)
                return null;
            using (no_grad())
                return critic(real).InSinglePrecision();
        }
    }

    /// <summary>Fakes of another shape than the data would broadcast, or fail somewhere deep inside the discriminator.</summary>
    private static void RequireSameSampleShape(Tensor real, Tensor fake)
    {
        ArgumentNullException.ThrowIfNull(real);
        ArgumentNullException.ThrowIfNull(fake);
        if (!fake.shape.AsSpan(1).SequenceEqual(real.shape.AsSpan(1)))
        {
            throw new ArgumentException(
                $"The generator makes samples of shape {TensorExtensions.DescribeShape(fake.shape.AsSpan(1))}, but the data has samples of shape "
                + $"{TensorExtensions.DescribeShape(real.shape.AsSpan(1))}. Resize the data or build the generator for its size and channels.", nameof(fake));
        }
    }
}
