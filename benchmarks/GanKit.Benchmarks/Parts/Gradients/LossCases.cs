using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace GanKit.Benchmarks;

/// <summary>The losses that are measured.</summary>
internal static class LossCases
{
    private static readonly long[] Images = [16, 3, 64, 64];

    // A discriminator of two scales, which shows four layers of each.
    private static readonly long[][] Features =
    [
        [1, 64, 33, 33], [1, 128, 17, 17], [1, 256, 9, 9], [1, 512, 10, 10], [1, 64, 17, 17], [1, 128, 9, 9],
        [1, 256, 5, 5], [1, 512, 6, 6],
    ];

    internal static IReadOnlyList<GradientCase> All { get; } =
    [
        Adversarial("NonSaturating", AdversarialLoss.NonSaturating, (real, fake) =>
            CrossEntropy(real, 1) + CrossEntropy(fake, 0) + CrossEntropy(fake, 1)),
        Adversarial("Hinge", AdversarialLoss.Hinge, (real, fake) =>
            functional.relu(1 - real).mean() + functional.relu(1 + fake).mean() + -fake.mean()),
        Adversarial("LeastSquares", AdversarialLoss.LeastSquares, (real, fake) =>
            functional.mse_loss(real, ones_like(real)) + functional.mse_loss(fake, zeros_like(fake)) + functional.mse_loss(
                fake, ones_like(fake))),
        Adversarial("Wasserstein", AdversarialLoss.Wasserstein, (real, fake) => fake.mean() - real.mean() + -fake.mean()),
        Adversarial("RelativisticAverage", AdversarialLoss.RelativisticAverage, (real, fake) =>
            CrossEntropy(real - fake.mean(), 1) + CrossEntropy(fake - real.mean(), 0)
            + (CrossEntropy(fake - real.mean(), 1) + CrossEntropy(real - fake.mean(), 0))),
        new("L1", () => Of([Images, Images], x => ReconstructionLoss.L1.Loss(x[0], x[1])),
            () => Of([Images, Images], x => (x[0] - x[1]).abs().mean())),
        new("FeatureMatching", () =>
            Matching((output, target) => FeatureMatching.Loss(Outputs(output), Outputs(target))),
            () => Matching(HandWrittenMatching)),
    ];

    private static GradientCase Adversarial(string name, IAdversarialLoss loss, Func<Tensor, Tensor, Tensor> byHand)
    {
        long[] logits = [64, 1];
        return new(name, () => Of([logits, logits], x => loss.DiscriminatorLoss(x[0], x[1]) + GeneratorLoss(x[0], x[1])),
            () => Of([logits, logits], x => byHand(x[0], x[1])));

        Tensor GeneratorLoss(Tensor real, Tensor fake) =>
            loss.GeneratorLoss(fake, loss.GeneratorNeedsRealLogits ? real : null);
    }

    private static Work Of(long[][] shapes, Func<Tensor[], Tensor> loss)
    {
        var inputs = Draw(shapes, seed: 2);
        return new([], inputs, () => loss(inputs));
    }

    private static Work Matching(Func<Tensor[], Tensor[], Tensor> loss)
    {
        var (output, target) = (Draw(Features, seed: 2), Draw(Features, seed: 3));
        return new([], output, () => loss(output, target));
    }

    private static DiscriminatorOutput[] Outputs(Tensor[] features) =>
        [.. features.Chunk(4).Select(scale => new DiscriminatorOutput(scale[^1], scale))];

    private static Tensor HandWrittenMatching(Tensor[] output, Tensor[] target)
    {
        var sum = zeros([]);
        for (var i = 0; i < output.Length; i++)
            sum += functional.l1_loss(output[i], target[i].detach());
        return sum / 2;
    }

    private static Tensor CrossEntropy(Tensor logits, double label) =>
        functional.binary_cross_entropy_with_logits(logits, full_like(logits, label));

    private static Tensor[] Draw(long[][] shapes, ulong seed)
    {
        using var random = new Generator(seed, CPU);
        return [.. shapes.Select(shape => randn(shape, generator: random).requires_grad_(true))];
    }
}
