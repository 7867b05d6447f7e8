using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace GanKit.Benchmarks;

/// <summary>
/// A step of pix2pix: one forward pass of the generator; the discriminator on (input, output), then on (input, truth);
/// then the generator with the discriminator frozen, as the reference has it.
/// </summary>
internal sealed class PairedStep(
    Module<Tensor, Tensor> generator, Module<Tensor, Tensor> discriminator, Tensor input, Tensor truth)
    : HandWrittenStep(generator, discriminator, learningRate: 2e-4, betas: (0.5, 0.999))
{
    private const double L1Weight = 100;

    public override void Dispose()
    {
        base.Dispose();
        input.Dispose();
        truth.Dispose();
    }

    private protected override void Train()
    {
        var output = generator.call(input);

        SetRequiresGrad(discriminator, true);
        DiscriminatorOptimizer.zero_grad();
        var fakeLoss = CrossEntropy(output.detach(), real: false);
        var discriminatorLoss = (fakeLoss + CrossEntropy(truth, real: true)) * 0.5;
        discriminatorLoss.backward();
        DiscriminatorOptimizer.step();

        SetRequiresGrad(discriminator, false);
        GeneratorOptimizer.zero_grad();
        var generatorLoss = CrossEntropy(output, real: true) + functional.l1_loss(output, truth) * L1Weight;
        generatorLoss.backward();
        GeneratorOptimizer.step();
        Log(discriminatorLoss, generatorLoss);
    }

    private Tensor CrossEntropy(Tensor images, bool real)
    {
        var logits = discriminator.call(cat([input, images], 1)); // (B, 1, H', W')
        return functional.binary_cross_entropy_with_logits(logits, real ? ones_like(logits) : zeros_like(logits));
    }
}
