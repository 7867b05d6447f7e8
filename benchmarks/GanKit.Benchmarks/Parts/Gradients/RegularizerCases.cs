using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace GanKit.Benchmarks;

/// <summary>The penalties that are measured, on critics with the same weights.</summary>
internal static class RegularizerCases
{
    internal static IReadOnlyList<GradientCase> All { get; } =
    [
        Penalty("GradientPenalty", new GradientPenalty(), (critic, real, fake) =>
        {
            var mix = rand(real.shape[0], 1, 1, 1);
            var gradient = Gradient(critic, mix * real + (1 - mix) * fake); // (B, D)
            return (gradient.norm(1) - 1).square().mean();
        }),
        Penalty("R1Penalty", new R1Penalty(), (critic, real, _) => Gradient(critic, real).square().sum(1).mean() * 0.5),
        Penalty("R2Penalty", new R2Penalty(), (critic, _, fake) => Gradient(critic, fake).square().sum(1).mean() * 0.5),
        Penalty("DraganPenalty", new DraganPenalty(), (critic, real, _) =>
        {
            var noise = 0.5 * real.std(unbiased: false) * rand_like(real);
            var gradient = Gradient(critic, real + rand(real.shape[0], 1, 1, 1) * noise); // (B, D)
            return (gradient.norm(1) - 1).square().mean();
        }),
    ];

    private static GradientCase Penalty(
        string name, IRegularizer regularizer, Func<Func<Tensor, Tensor>, Tensor, Tensor, Tensor> byHand) =>
        new(name, () => On(regularizer.Penalty), () => On(byHand));

    private static Work On(Func<Func<Tensor, Tensor>, Tensor, Tensor, Tensor> penalty)
    {
        var critic = Sequential(
            Conv2d(3, 32, 4, stride: 2, padding: 1), LeakyReLU(0.2), Conv2d(32, 64, 4, stride: 2, padding: 1),
            LeakyReLU(0.2),
            Conv2d(64, 1, 8), Flatten()); // (B, 1)
        var (real, fake) = (RandomImages.Draw(16, 3, 32, seed: 2), RandomImages.Draw(16, 3, 32, seed: 3));
        // The last layer's bias moves no gradient.
        Tensor[] leaves = [.. critic.parameters().Where(parameter => parameter.dim() > 1)];
        return new([.. critic.parameters()], leaves, () => penalty(critic.call, real, fake));
    }

    private static Tensor Gradient(Func<Tensor, Tensor> critic, Tensor samples)
    {
        var input = samples.detach().requires_grad_(true);
        var logits = critic(input);
        // (B, D)
        return autograd.grad([logits], [input], [ones_like(logits)], retain_graph: true, create_graph: true)[0].flatten(1);
    }
}
