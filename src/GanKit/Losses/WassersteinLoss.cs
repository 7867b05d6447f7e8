using static TorchSharp.torch;

namespace GanKit;

/// <inheritdoc cref="AdversarialLoss.Wasserstein"/>
internal sealed class WassersteinLoss : IAdversarialLoss
{
    public Tensor DiscriminatorLoss(Tensor realLogits, Tensor fakeLogits)
    {
        Logits.RequireAlike(realLogits, fakeLogits);
        using var scope = NewDisposeScope();
        return (fakeLogits.mean() - realLogits.mean()).MoveToOuterDisposeScope();
    }

    public Tensor GeneratorLoss(Tensor fakeLogits, Tensor? realLogits = null) => Logits.NegatedMean(fakeLogits);
}
