using static TorchSharp.torch;

namespace GanKit;

/// <inheritdoc cref="AdversarialLoss.Hinge"/>
internal sealed class HingeLoss : IAdversarialLoss
{
    public Tensor DiscriminatorLoss(Tensor realLogits, Tensor fakeLogits)
    {
        Logits.RequireAlike(realLogits, fakeLogits);
        using var scope = NewDisposeScope();
        return AboveZero(realLogits.negative().PlusOne()).mean().Plus(AboveZero(fakeLogits.PlusOne()).mean()).MoveToOuterDisposeScope();
    }

    public Tensor GeneratorLoss(Tensor fakeLogits, Tensor? realLogits = null) => Logits.NegatedMean(fakeLogits);

    // Computes relu by an operator that the meta device has too.
    private static Tensor AboveZero(Tensor x) => x.threshold(0, 0);
}
