using static TorchSharp.torch;

namespace GanKit;

/// <summary>
/// The adversarial part of an objective, ready to use in one of your own: any loss, any regularizers, on a discriminator
/// seen as a function of samples.
/// </summary>
/// <remarks>
/// Conditioning inputs are captured in that function, as in <c>x => discriminator.call(x, labels)</c>, and so reach the
/// regularizers too. More terms can be added to what is returned. In lower precision (<see cref="Precision"/>), the
/// discriminator runs in it; losses, regularizers and the discriminator within them run in float32.
/// </remarks>
public static class AdversarialTerms
{
    /// <summary>
    /// The discriminator's terms: the loss as <c>adversarial</c>, and the regularizers that are due.
    /// </summary>
    /// <remarks>
    /// It also observes <c>D(x)</c> and <c>D(G(z))</c>, the loss's <see cref="IAdversarialLoss.Score"/> of each.
    /// </remarks>
    /// <param name="loss">The loss.</param>
    /// <param name="regularizers">Penalties on the discriminator; each counts on every
    /// <see cref="IRegularizer.Interval"/>-th step.
    /// </param>
    /// <param name="critic">The discriminator, from samples to logits.</param>
    /// <param name="real">Real samples (B, ...).</param>
    /// <param name="fake">Generated samples of the same shape but for the batch size; they are detached here.</param>
    /// <param name="context">Where training stands.</param>
    /// <param name="weight">The factor of the loss, not of the regularizers; 1 by default, 0.5 in pix2pix and
    /// CycleGAN.
    /// </param>
    /// <param name="suffix">A suffix of the terms' names, where an objective has several discriminators; nothing by
    /// default.
    /// </param>
    /// <param name="fakeFirst">
    /// Whether the discriminator sees the generated samples before the real ones; no by default. It matters to running
    /// statistics alone.
    /// </param>
    /// <returns>Terms whose tensors belong to the current dispose scope.</returns>
    /// <exception cref="ArgumentException">Real and generated samples differ in shape.</exception>
    public static LossTerms ForDiscriminator(
        IAdversarialLoss loss, IReadOnlyList<IRegularizer> regularizers, Func<Tensor, Tensor> critic,
        Tensor real, Tensor fake, StepContext context, double weight = 1, string suffix = "", bool fakeFirst = false)
    {
        ArgumentNullException.ThrowIfNull(critic);
        return ForDiscriminator(loss, regularizers, new Critic(critic), real, fake, context, weight, suffix, fakeFirst);
    }

    /// <summary>The generator's term, as <c>adversarial</c>.</summary>
    /// <param name="loss">The loss.</param>
    /// <param name="critic">The discriminator, from samples to logits.</param>
    /// <param name="real">Real samples (B, ...); the discriminator sees them only where the loss compares with them.
    /// </param>
    /// <param name="fake">Generated samples with the generator's graph.</param>
    /// <param name="context">Where training stands.</param>
    /// <param name="weight">The loss's factor; 1 by default.</param>
    /// <param name="suffix">A suffix of the term's name, where an objective has several discriminators; nothing by
    /// default.
    /// </param>
    /// <returns>Terms whose tensors belong to the current dispose scope.</returns>
    /// <exception cref="ArgumentException">Real and generated samples differ in shape.</exception>
    public static LossTerms ForGenerator(
        IAdversarialLoss loss, Func<Tensor, Tensor> critic, Tensor real, Tensor fake, StepContext context, double weight = 1,
        string suffix = "")
    {
        ArgumentNullException.ThrowIfNull(critic);
        return ForGenerator(loss, new Critic(critic), real, fake, context, weight, suffix);
    }

    /// <summary>Adds the generator's regularizers that are due; <see cref="Objective{TG, TD, TFakes}"/> does so by itself.</summary>
    /// <param name="terms">The generator's loss.</param>
    /// <param name="regularizers">Penalties; each counts on every <see cref="IGeneratorRegularizer.Interval"/>-th generator step.</param>
    /// <param name="generator">The generator.</param>
    /// <param name="batch">The batch.</param>
    /// <param name="context">Where training stands.</param>
    /// <returns>The same terms, with the penalties.</returns>
    public static LossTerms AddRegularizers(
        LossTerms terms, IReadOnlyList<IGeneratorRegularizer> regularizers, nn.Module generator, Batch batch, StepContext context)
    {
        ArgumentNullException.ThrowIfNull(terms);
        ArgumentNullException.ThrowIfNull(regularizers);
        ArgumentNullException.ThrowIfNull(batch);
        using var full = Precision.Float32.Autocast(batch.Device);
        foreach (var regularizer in regularizers.Where(each => context.GeneratorStep % each.Interval == 0))
        {
            var penalty = Guarded.Run($"generator's regularizer '{regularizer.Name}'", regularizer, batch.Named(),
                () => regularizer.Penalty(generator, batch, context));
            terms.Add(regularizer.Name, penalty, regularizer.Weight * regularizer.Interval);
        }

        return terms;
    }

    /// <summary>As the public one; of several scales, each has a loss, and they are summed.</summary>
    internal static LossTerms ForDiscriminator(
        IAdversarialLoss loss, IReadOnlyList<IRegularizer> regularizers, Critic critic,
        Tensor real, Tensor fake, StepContext context, double weight = 1, string suffix = "", bool fakeFirst = false)
    {
        ArgumentNullException.ThrowIfNull(loss);
        ArgumentNullException.ThrowIfNull(regularizers);
        RequireSameSampleShape(real, fake);
        // a generator in lower precision rounds, and that alone must not tell them apart
        fake = fake.detach().to_type(real.dtype);
        var (shownReal, shownFake) = (critic.Show(real, context.Augmentation), critic.Show(fake, context.Augmentation));
        var (realLogits, fakeLogits) = critic.LogitsOfBoth(shownReal, shownFake, fakeFirst);
        context.Notices?.LookAtLogits(loss, critic.Network, realLogits, fakeLogits);
        context.DiscriminatorLogits?.Add(new(suffix, loss, real, fake, realLogits, fakeLogits));
        using var full = Precision.Float32.Autocast(real.device);
        var terms = new LossTerms
        {
            { "adversarial" + suffix, Sum(realLogits.Zip(fakeLogits, Lose)), weight },
        };
        if (context.DiscriminatorLogits is not null)
            return terms;
        foreach (var regularizer in regularizers)
        {
            if (context.DiscriminatorStep % regularizer.Interval == 0)
            {
                terms.Add(
                    regularizer.Name + suffix, Penalty(regularizer),
                    regularizer.Weight * regularizer.Interval);
            }
        }

        using (no_grad())
        {
            context.Augmentation?.Observe(cat([.. realLogits.Select(logits => logits.detach().flatten())]));
            if (context.Augmentation?.Strength is { } strength)
                terms.Observe("augmentation" + suffix, strength);
            return terms.Observe("D(x)" + suffix, MeanScore(realLogits)).Observe("D(G(z))" + suffix, MeanScore(fakeLogits));
        }

        Tensor Lose(Tensor realScale, Tensor fakeScale) => Guarded.Run(
            "loss", loss, Name(realScale, fakeScale), () => loss.DiscriminatorLoss(realScale, fakeScale));

        Tensor Penalty(IRegularizer regularizer) => Guarded.Run(
            $"regularizer '{regularizer.Name}'", regularizer, [("samples", real), ("generated samples", fake)],
            () => regularizer.BeforeAugmentation
                ? regularizer.Penalty(samples => critic.Whole(critic.Show(samples, context.Augmentation)), real, fake)
                : regularizer.Penalty(
                    samples => critic.Whole(shownReal with { Samples = samples }), shownReal.Samples.detach(), shownFake.Samples.detach()));

        Tensor MeanScore(IReadOnlyList<Tensor> scales) => Mean(scales.Select(logits => loss.Score(logits.detach())));
    }

    /// <inheritdoc cref="ForDiscriminator(IAdversarialLoss, IReadOnlyList{IRegularizer}, Critic, Tensor, Tensor, StepContext, double, string, bool)"/>
    internal static LossTerms ForGenerator(
        IAdversarialLoss loss, Critic critic, Tensor real, Tensor fake, StepContext context, double weight = 1, string suffix = "")
    {
        ArgumentNullException.ThrowIfNull(loss);
        RequireSameSampleShape(real, fake);
        var (shownFake, shownReal) = critic.ShowAlike(
            fake.to_type(real.dtype), real, context.Augmentation, loss.GeneratorNeedsRealLogits);
        var fakeLogits = critic.Logits(shownFake);
        var realLogits = loss.GeneratorNeedsRealLogits ? RealLogits() : null;
        using var full = Precision.Float32.Autocast(real.device);
        var losses = realLogits is null
            ? fakeLogits.Select(logits => Lose(logits, null))
            : fakeLogits.Zip(realLogits, Lose);
        return new LossTerms { { "adversarial" + suffix, Sum(losses), weight } };

        Tensor Lose(Tensor fakes, Tensor? reals) =>
            Guarded.Run("loss", loss, Name(reals, fakes), () => loss.GeneratorLoss(fakes, reals));

        IReadOnlyList<Tensor> RealLogits()
        {
            using (no_grad())
                return critic.Logits(shownReal);
        }
    }

    private static (string Name, Tensor? Tensor)[] Name(Tensor? realLogits, Tensor fakeLogits) =>
        [("logits of real samples", realLogits), ("logits of generated samples", fakeLogits)];

    // One scale's value is used as it is, bit for bit.
    private static Tensor Sum(IEnumerable<Tensor> scales) => scales.Aggregate((sum, next) => sum.Plus(next));

    private static Tensor Mean(IEnumerable<Tensor> scales)
    {
        Tensor[] all = [.. scales];
        return all.Length == 1 ? all[0] : Sum(all).Over(all.Length);
    }

    /// <summary>
    /// Fakes of another shape than the data would broadcast, or fail somewhere deep inside the discriminator.
    /// </summary>
    private static void RequireSameSampleShape(Tensor real, Tensor fake)
    {
        ArgumentNullException.ThrowIfNull(real);
        ArgumentNullException.ThrowIfNull(fake);
        if (!fake.shape.AsSpan(1).SequenceEqual(real.shape.AsSpan(1)))
        {
            throw new ArgumentException(
                $"The generator makes samples of shape {TensorExtensions.DescribeShape(fake.shape.AsSpan(1))}, but the "
                + "data has samples of shape "
                + $"{TensorExtensions.DescribeShape(real.shape.AsSpan(1))}. Resize the data or build the generator for "
                + "its size and channels.", nameof(fake));
        }
    }
}
