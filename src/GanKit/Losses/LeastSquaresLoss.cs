using static TorchSharp.torch;

namespace GanKit;

/// <inheritdoc cref="AdversarialLoss.LeastSquares"/>
internal sealed class LeastSquaresLoss : IAdversarialLoss
{
    public Tensor DiscriminatorLoss(Tensor realLogits, Tensor fakeLogits)
    {
        Logits.RequireAlike(realLogits, fakeLogits);
        using var scope = NewDisposeScope();
        return (MeanSquare(realLogits, from: 1) + MeanSquare(fakeLogits, from: 0)).MoveToOuterDisposeScope();
    }

    public Tensor GeneratorLoss(Tensor fakeLogits, Tensor? realLogits = null)
    {
        Logits.RequireSome(fakeLogits, nameof(fakeLogits));
        using var scope = NewDisposeScope();
        return MeanSquare(fakeLogits, from: 1).MoveToOuterDisposeScope();
    }

    // One operation there and one back, where a difference, a square and a mean are three. The meta device has no such
    // gradient.
    private static Tensor MeanSquare(Tensor logits, double from) => logits.device_type == TorchSharp.DeviceType.META
        ? (logits - from).square().mean()
        : nn.functional.mse_loss(logits, full_like(logits, from));
}
