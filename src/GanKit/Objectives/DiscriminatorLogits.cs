using static TorchSharp.torch;

namespace GanKit;

/// <summary>The discriminator's logits of real samples and of generated ones: a result of <see cref="ITrainer.Discriminate"/>.</summary>
/// <remarks>All tensors are without a graph, and on the trainer's device. The owner disposes it.</remarks>
public sealed class DiscriminatorLogits : IDisposable
{
    internal DiscriminatorLogits(
        string name, IAdversarialLoss loss, Tensor real, Tensor fake, IReadOnlyList<Tensor> realLogits, IReadOnlyList<Tensor> fakeLogits)
    {
        (Name, Loss) = (name, loss);
        using var scope = NewDisposeScope(); // what was made is freed where the rest fails
        var (ofReal, ofFake) = (Rows(realLogits), Rows(fakeLogits));
        (Real, Fake, RealLogits, FakeLogits) = (Keep(real), Keep(fake), Keep(ofReal), Keep(ofFake));
    }

    /// <summary>The suffix of the discriminator's terms in the log, where there are several, such as CycleGAN's; else nothing.</summary>
    public string Name { get; }

    /// <summary>The loss that takes the logits.</summary>
    public IAdversarialLoss Loss { get; }

    /// <summary>The real samples (B, ...).</summary>
    public Tensor Real { get; }

    /// <summary>The generated samples (B, ...).</summary>
    public Tensor Fake { get; }

    /// <summary>The logits of the real samples (B, K), before any sigmoid: all patches of all scales in a row.</summary>
    public Tensor RealLogits { get; }

    /// <summary>The logits of the generated samples (B, K), likewise.</summary>
    public Tensor FakeLogits { get; }

    /// <summary>Frees the tensors.</summary>
    public void Dispose()
    {
        Real.Dispose();
        Fake.Dispose();
        RealLogits.Dispose();
        FakeLogits.Dispose();
    }

    private static Tensor Keep(Tensor tensor) => tensor.detach().DetachFromDisposeScope();

    private static Tensor Rows(IReadOnlyList<Tensor> scales)
    {
        using var quiet = no_grad();
        var rows = scales.Select(logits => logits.detach().to(float32)).Select(logits => logits.reshape(logits.dim() == 0 ? 1 : logits.shape[0], -1));
        return cat([.. rows], 1);
    }
}
