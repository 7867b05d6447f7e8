using static TorchSharp.torch;

namespace GanKit;

/// <inheritdoc cref="AdversarialLoss.LeastSquares"/>
internal sealed class LeastSquaresLoss : IAdversarialLoss
{
    public Tensor DiscriminatorLoss(Tensor realLogits, Tensor fakeLogits)
    {
        Logits.RequireAlike(realLogits, fakeLogits);
        using var scope = NewDisposeScope();
        return ((realLogits - 1).square().mean() + fakeLogits.square().mean()).MoveToOuterDisposeScope();
    }

    public Tensor GeneratorLoss(Tensor fakeLogits, Tensor? realLogits = null)
    {
        Logits.RequireSome(fakeLogits, nameof(fakeLogits));
        using var scope = NewDisposeScope();
        return (fakeLogits - 1).square().mean().MoveToOuterDisposeScope();
    }
}
