using static TorchSharp.torch;

namespace GanKit;

/// <inheritdoc cref="AdversarialLoss.NonSaturating"/>
internal sealed class NonSaturatingLoss(double labelSmoothing) : IAdversarialLoss
{
    private readonly double _labelSmoothing = Logits.RequireLabelSmoothing(labelSmoothing);

    public Tensor DiscriminatorLoss(Tensor realLogits, Tensor fakeLogits) =>
        Logits.CrossEntropy(realLogits, fakeLogits, _labelSmoothing);

    public Tensor GeneratorLoss(Tensor fakeLogits, Tensor? realLogits = null)
    {
        Logits.RequireSome(fakeLogits, nameof(fakeLogits));
        using var scope = NewDisposeScope();
        return (-Logits.LogSigmoid(fakeLogits).mean()).MoveToOuterDisposeScope();
    }

    public Tensor Score(Tensor logits) => Logits.MeanProbability(logits);
}
