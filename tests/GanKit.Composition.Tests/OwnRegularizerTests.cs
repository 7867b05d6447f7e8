namespace Composition;

/// <summary>Half the mean squared slope at generated samples shifted by one, a penalty that GanKit does not ship.</summary>
internal sealed class ShiftedSlopePenalty(double weight, int interval = 1) : IRegularizer
{
    public string Name => "shifted_slope";

    public double Weight => weight;

    public int Interval => interval;

    public Tensor Penalty(Func<Tensor, Tensor> critic, Tensor real, Tensor fake)
    {
        using var scope = NewDisposeScope();
        var slope = CriticGradient.At(critic, fake + 1); // (B, D)
        return (slope.square().sum(1).mean() / 2).MoveToOuterDisposeScope();
    }
}

public class OwnRegularizerTests
{
    private static readonly TrainerOptions Plain = new()
    {
        LearningRate = 0.1,
        Optimizer = (parameters, rate) => optim.SGD(parameters, rate),
    };

    /// <summary>With D(x) = w x + b the loss is mean(f) - mean(r) + λ w² / 2, so w falls by η (E[G(z)] - E[x] + λ w).</summary>
    [Fact]
    public void Penalty_OnALinearCritic_MovesItsWeightByTheClosedForm()
    {
        manual_seed(1);
        const double Lambda = 4;
        using var generator = Linear(Bell.LatentSize, 1);
        using var critic = Linear(1, 1);
        using var latents = randn(8, Bell.LatentSize);
        using var batch = Bell.Batch(8);
        var before = critic.weight.item<float>();
        var apart = generator.call(latents).mean().item<float>() - batch.Real.mean().item<float>();
        using var trainer = AdversarialTrainer.Create(generator, critic,
            new UnconditionalObjective(Latent.Fixed(latents), AdversarialLoss.Wasserstein, new ShiftedSlopePenalty(Lambda)), Plain);

        var metrics = trainer.Step(batch).Metrics;

        Assert.Equal(before * before / 2, metrics["discriminator/shifted_slope"], 1e-6);
        Assert.Equal(before - 0.1 * (apart + Lambda * before), critic.weight.item<float>(), 1e-5);
    }

    [Fact]
    public void Interval_OfTwo_IsEvaluatedOnEverySecondStepAndCountsDouble()
    {
        using var trainer = AdversarialTrainer.Create(Bell.Generator(), Bell.Discriminator(),
            new UnconditionalObjective(Bell.LatentSize, AdversarialLoss.Hinge, new ShiftedSlopePenalty(weight: 3, interval: 2)), Plain);
        using var batch = Bell.Batch();

        var due = trainer.Step(batch).Metrics;
        var between = trainer.Step(batch).Metrics;

        Assert.Equal(due["discriminator/adversarial"] + 6 * due["discriminator/shifted_slope"], due["discriminator"], 1e-5);
        Assert.DoesNotContain("discriminator/shifted_slope", between.Keys);
        Assert.Equal(between["discriminator/adversarial"], between["discriminator"], 1e-6);
    }

    [Fact]
    public void Penalty_BesideShippedOnes_IsLoggedBesideThem()
    {
        using var trainer = AdversarialTrainer.Create(Bell.Generator(), Bell.Discriminator(), new UnconditionalObjective(
            Bell.LatentSize, AdversarialLoss.Hinge, new R1Penalty(weight: 2), new ShiftedSlopePenalty(weight: 3)), Plain);
        using var batch = Bell.Batch();

        var metrics = trainer.Step(batch).Metrics;

        Assert.Equal(
            metrics["discriminator/adversarial"] + 2 * metrics["discriminator/r1_penalty"] + 3 * metrics["discriminator/shifted_slope"],
            metrics["discriminator"], 1e-5);
    }
}
