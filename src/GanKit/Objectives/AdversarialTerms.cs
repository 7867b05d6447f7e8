using static TorchSharp.torch;

namespace GanKit;

/// <summary>
/// The adversarial part that objectives share: any loss, any regularizers, on a discriminator seen as a function of
/// samples. Conditioning inputs are captured in that function.
/// </summary>
internal static class AdversarialTerms
{
    internal static LossTerms ForDiscriminator(
        IAdversarialLoss loss, IReadOnlyList<IRegularizer> regularizers, Func<Tensor, Tensor> critic,
        Tensor real, Tensor fake, StepContext context)
    {
        fake = fake.detach();
        var realLogits = critic(real);
        var fakeLogits = critic(fake);
        var terms = new LossTerms { { "adversarial", loss.DiscriminatorLoss(realLogits, fakeLogits) } };
        foreach (var regularizer in regularizers)
        {
            if (context.DiscriminatorStep % regularizer.Interval == 0)
                terms.Add(regularizer.Name, regularizer.Penalty(critic, real, fake), regularizer.Weight * regularizer.Interval);
        }

        using (no_grad())
        {
            return terms
                .Observe("D(x)", loss.Score(realLogits.detach()))
                .Observe("D(G(z))", loss.Score(fakeLogits.detach()));
        }
    }

    internal static LossTerms ForGenerator(IAdversarialLoss loss, Func<Tensor, Tensor> critic, Tensor real, Tensor fake)
    {
        var fakeLogits = critic(fake);
        return new LossTerms { { "adversarial", loss.GeneratorLoss(fakeLogits, RealLogits()) } };

        Tensor? RealLogits()
        {
            if (!loss.GeneratorNeedsRealLogits)
                return null;
            using (no_grad())
                return critic(real);
        }
    }

    /// <summary>Fakes of another shape than the data would broadcast, or fail somewhere deep inside the discriminator.</summary>
    internal static void RequireSameSampleShape(Tensor real, Tensor fake)
    {
        if (!fake.shape.AsSpan(1).SequenceEqual(real.shape.AsSpan(1)))
        {
            throw new ArgumentException(
                $"The generator makes samples of shape {TensorExtensions.DescribeShape(fake.shape.AsSpan(1))}, but the data has samples of shape "
                + $"{TensorExtensions.DescribeShape(real.shape.AsSpan(1))}. Resize the data or build the generator for its size and channels.");
        }
    }
}
