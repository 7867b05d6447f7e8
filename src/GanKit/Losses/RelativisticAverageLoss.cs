using static TorchSharp.torch;

namespace GanKit;

/// <inheritdoc cref="AdversarialLoss.RelativisticAverage"/>
/// <remarks>
/// Its score stays the mean logit: a logit here means something only beside another, so its sigmoid is no probability.
/// </remarks>
internal sealed class RelativisticAverageLoss : IAdversarialLoss
{
    public bool GeneratorNeedsRealLogits => true;

    public Tensor DiscriminatorLoss(Tensor realLogits, Tensor fakeLogits)
    {
        Logits.RequireAlike(realLogits, fakeLogits);
        return FirstIsMoreReal(realLogits, fakeLogits);
    }

    public Tensor GeneratorLoss(Tensor fakeLogits, Tensor? realLogits = null)
    {
        if (realLogits is null)
        {
            throw new ArgumentNullException(nameof(realLogits), "The relativistic loss of the generator compares with "
                + "real samples: pass their logits too (GeneratorNeedsRealLogits says so).");
        }

        Logits.RequireAlike(realLogits, fakeLogits);
        return FirstIsMoreReal(fakeLogits, realLogits);
    }

    private static Tensor FirstIsMoreReal(Tensor first, Tensor second)
    {
        using var scope = NewDisposeScope();
        var lead = first - second.mean();
        var lag = second - first.mean();
        return (Logits.Softplus(lag).mean() - Logits.LogSigmoid(lead).mean()).MoveToOuterDisposeScope();
    }
}
