using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace GanKit.Benchmarks;

/// <summary>
/// A step of the MLP GAN and of DCGAN: the discriminator on real images, then on generated ones, each with its own backward
/// pass; then the generator, on the same images. As in the reference scripts, the discriminator is not frozen for it.
/// </summary>
internal sealed class CrossEntropyStep(
    Module<Tensor, Tensor> generator, Module<Tensor, Tensor> discriminator, long[] latentShape, Tensor real)
    : HandWrittenStep(generator, discriminator, learningRate: 2e-4, betas: (0.5, 0.999))
{
    private readonly Tensor _ones = ones(real.shape[0], 1);
    private readonly Tensor _zeros = zeros(real.shape[0], 1);

    public override void Dispose()
    {
        base.Dispose();
        real.Dispose();
        _ones.Dispose();
        _zeros.Dispose();
    }

    private protected override void Train()
    {
        DiscriminatorOptimizer.zero_grad();
        var realLoss = functional.binary_cross_entropy_with_logits(discriminator.call(real), _ones);
        realLoss.backward();
        var fake = generator.call(randn([real.shape[0], .. latentShape]));
        var fakeLoss = functional.binary_cross_entropy_with_logits(discriminator.call(fake.detach()), _zeros);
        fakeLoss.backward();
        DiscriminatorOptimizer.step();

        GeneratorOptimizer.zero_grad();
        var generatorLoss = functional.binary_cross_entropy_with_logits(discriminator.call(fake), _ones);
        generatorLoss.backward();
        GeneratorOptimizer.step();
        Log(realLoss + fakeLoss, generatorLoss);
    }
}
