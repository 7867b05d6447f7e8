using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace GanKit.Benchmarks;

/// <summary>
/// A step of SNGAN: the discriminator with the hinge loss, on images made without a graph; then the generator, on new
/// ones.
/// </summary>
internal sealed class HingeStep(
    Module<Tensor, Tensor> generator, Module<Tensor, Tensor> discriminator, long latentSize, Tensor real)
    : HandWrittenStep(generator, discriminator, learningRate: 2e-4, betas: (0, 0.9))
{
    public override void Dispose()
    {
        base.Dispose();
        real.Dispose();
    }

    private protected override void Train()
    {
        Tensor fake;
        using (no_grad())
            fake = generator.call(Latents());
        DiscriminatorOptimizer.zero_grad();
        var discriminatorLoss = functional.relu(1 - discriminator.call(real)).mean()
            + functional.relu(1 + discriminator.call(fake)).mean();
        discriminatorLoss.backward();
        DiscriminatorOptimizer.step();

        GeneratorOptimizer.zero_grad();
        var generatorLoss = -discriminator.call(generator.call(Latents())).mean();
        generatorLoss.backward();
        GeneratorOptimizer.step();
        Log(discriminatorLoss, generatorLoss);
    }

    private Tensor Latents() => randn(real.shape[0], latentSize);
}
