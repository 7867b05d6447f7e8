using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace GanKit.Benchmarks;

/// <summary>
/// A step of WGAN-GP: the critic with its gradient penalty, on images made without a graph; then the generator, on new
/// ones.
/// </summary>
internal sealed class WganGpStep(
    Module<Tensor, Tensor> generator, Module<Tensor, Tensor> critic, long[] latentShape, Tensor real)
    : HandWrittenStep(generator, critic, learningRate: 1e-4, betas: (0, 0.9))
{
    private const double PenaltyWeight = 10;

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
        var criticLoss = critic.call(fake).mean() - critic.call(real).mean() + PenaltyWeight * Penalty(fake);
        criticLoss.backward();
        DiscriminatorOptimizer.step();

        GeneratorOptimizer.zero_grad();
        var generatorLoss = -critic.call(generator.call(Latents())).mean();
        generatorLoss.backward();
        GeneratorOptimizer.step();
        Log(criticLoss, generatorLoss);
    }

    private Tensor Penalty(Tensor fake)
    {
        var mix = rand(real.shape[0], 1, 1, 1);
        var between = (mix * real + (1 - mix) * fake).requires_grad_(true);
        var logits = critic.call(between);
        var gradient = autograd.grad([logits], [between], [ones_like(logits)], retain_graph: true, create_graph: true)[0];
        return (gradient.flatten(1).norm(1) - 1).square().mean();
    }

    private Tensor Latents() => randn([real.shape[0], .. latentShape]);
}
