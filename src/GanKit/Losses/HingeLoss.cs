using static TorchSharp.torch;

namespace GanKit;

/// <inheritdoc cref="AdversarialLoss.Hinge"/>
internal sealed class HingeLoss : IAdversarialLoss
{
    public Tensor DiscriminatorLoss(Tensor realLogits, Tensor fakeLogits)
    {
        Logits.RequireAlike(realLogits, fakeLogits);
        using var scope = NewDisposeScope();
        return ((1 - realLogits).relu().mean() + (1 + fakeLogits).relu().mean()).MoveToOuterDisposeScope();
    }

    public Tensor GeneratorLoss(Tensor fakeLogits, Tensor? realLogits = null) => Logits.NegatedMean(fakeLogits);
}
