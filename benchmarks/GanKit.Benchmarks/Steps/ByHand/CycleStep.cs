using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace GanKit.Benchmarks;

/// <summary>
/// A step of CycleGAN: both generators with the discriminators frozen, then each discriminator on real images and on some
/// from its pool, as the reference has it.
/// </summary>
/// <param name="generators">From A to B, and from B to A.</param>
/// <param name="discriminators">Of images of B, and of images of A.</param>
/// <param name="a">Images of A.</param>
/// <param name="b">Images of B.</param>
internal sealed class CycleStep(
    HandWrittenPair generators, HandWrittenPair discriminators, Tensor a, Tensor b)
    : HandWrittenStep(generators, discriminators, learningRate: 2e-4, betas: (0.5, 0.999))
{
    private const double CycleWeight = 10;
    private const double IdentityWeight = 0.5 * CycleWeight;

    private readonly HandWrittenPool _poolA = new(size: 50);
    private readonly HandWrittenPool _poolB = new(size: 50);

    private Module<Tensor, Tensor> AToB => generators.First;

    private Module<Tensor, Tensor> BToA => generators.Second;

    private Module<Tensor, Tensor> JudgeOfB => discriminators.First;

    private Module<Tensor, Tensor> JudgeOfA => discriminators.Second;

    public override void Dispose()
    {
        base.Dispose();
        _poolA.Dispose();
        _poolB.Dispose();
        a.Dispose();
        b.Dispose();
    }

    private protected override void Train()
    {
        var fakeB = AToB.call(a);
        var cycledA = BToA.call(fakeB);
        var fakeA = BToA.call(b);
        var cycledB = AToB.call(fakeA);

        SetRequiresGrad(discriminators, false);
        GeneratorOptimizer.zero_grad();
        var generatorLoss = Score(JudgeOfB.call(fakeB), 1) + Score(JudgeOfA.call(fakeA), 1)
            + CycleWeight * (functional.l1_loss(cycledA, a) + functional.l1_loss(cycledB, b))
            + IdentityWeight * (functional.l1_loss(AToB.call(b), b) + functional.l1_loss(BToA.call(a), a));
        generatorLoss.backward();
        GeneratorOptimizer.step();

        SetRequiresGrad(discriminators, true);
        DiscriminatorOptimizer.zero_grad();
        var lossOfB = DiscriminatorLoss(JudgeOfB, b, _poolB.Exchange(fakeB.detach()));
        var lossOfA = DiscriminatorLoss(JudgeOfA, a, _poolA.Exchange(fakeA.detach()));
        DiscriminatorOptimizer.step();
        Log(lossOfA + lossOfB, generatorLoss);
    }

    private static Tensor DiscriminatorLoss(Module<Tensor, Tensor> judge, Tensor real, Tensor fake)
    {
        var loss = (Score(judge.call(real), 1) + Score(judge.call(fake), 0)) * 0.5;
        loss.backward();
        return loss;
    }

    private static Tensor Score(Tensor logits, double target) => functional.mse_loss(logits, full_like(logits, target));
}
