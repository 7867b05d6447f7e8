using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace GanKit.Benchmarks;

/// <summary>
/// What the hand-written steps share: Adam for each network, one dispose scope a step, and the losses kept for a log.
/// They and their networks use TorchSharp alone, as a competent user does after the reference implementation in PyTorch.
/// </summary>
internal abstract class HandWrittenStep : ITrainingStep
{
    private Tensor? _discriminatorLoss;
    private Tensor? _generatorLoss;

    private protected HandWrittenStep(Module generator, Module discriminator, double learningRate, (double, double) betas)
    {
        (Generator, Discriminator) = (generator, discriminator);
        GeneratorOptimizer = optim.Adam(generator.parameters(), learningRate, betas.Item1, betas.Item2);
        DiscriminatorOptimizer = optim.Adam(discriminator.parameters(), learningRate, betas.Item1, betas.Item2);
    }

    public Module Generator { get; }

    public Module Discriminator { get; }

    private protected Adam GeneratorOptimizer { get; }

    private protected Adam DiscriminatorOptimizer { get; }

    public void Run()
    {
        using var scope = NewDisposeScope();
        Train();
    }

    public (double Discriminator, double Generator) Losses() => _discriminatorLoss is null || _generatorLoss is null
        ? throw new InvalidOperationException("There are no losses before the first step.")
        : (_discriminatorLoss.item<float>(), _generatorLoss.item<float>());

    public virtual void Dispose()
    {
        _discriminatorLoss?.Dispose();
        _generatorLoss?.Dispose();
        GeneratorOptimizer.Dispose();
        DiscriminatorOptimizer.Dispose();
        Generator.Dispose();
        Discriminator.Dispose();
    }

    private protected abstract void Train();

    private protected void Log(Tensor discriminatorLoss, Tensor generatorLoss)
    {
        _discriminatorLoss?.Dispose();
        _generatorLoss?.Dispose();
        _discriminatorLoss = discriminatorLoss.detach().DetachFromDisposeScope();
        _generatorLoss = generatorLoss.detach().DetachFromDisposeScope();
    }

    /// <summary>Whether a network's weights take part in backward passes.</summary>
    private protected static void SetRequiresGrad(Module network, bool value)
    {
        foreach (var parameter in network.parameters())
            parameter.requires_grad = value;
    }
}
