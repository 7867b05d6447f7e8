namespace GanKit.Tests.Objectives;

/// <summary>
/// Terms, weights and mistakes of the paired and the cycle objective; their sums are held to PyTorch's trajectories.
/// </summary>
public class TranslationObjectiveTests
{
    private static readonly StepContext Start = new(DiscriminatorStep: 0, GeneratorStep: 0, CPU);

    [Fact]
    public void Paired_Terms_HaveTheirWeights()
    {
        using var scope = NewDisposeScope();
        var (generator, discriminator) = (nn.Conv2d(3, 3, 1), nn.Conv2d(6, 1, 1));
        using var batch = Pair();
        var round = new PairedObjective { ReconstructionWeight = 7, DiscriminatorWeight = 0.25 }.Begin(
            generator, discriminator, batch, Start);

        Assert.Equal([("adversarial", 0.25)], round.DiscriminatorLoss().Select(term => (term.Name, term.Weight)));
        Assert.Equal(
            [("adversarial", 1), ("reconstruction", 7)], round.GeneratorLoss().Select(term => (term.Name, term.Weight)));
    }

    [Fact]
    public void Paired_WithOtherParts_TakesThem()
    {
        using var scope = NewDisposeScope();
        var (generator, discriminator) = (nn.Conv2d(3, 3, 1), nn.Sequential(nn.Conv2d(6, 1, 1), nn.Flatten()));
        using var batch = Pair();
        var objective = new PairedObjective
        {
            Loss = AdversarialLoss.Hinge,
            Reconstruction = ReconstructionLoss.L2,
            Regularizers = [new R1Penalty(weight: 3)],
        };
        var round = objective.Begin(generator, discriminator, batch, Start);

        Assert.Equal(["adversarial", "r1_penalty"], round.DiscriminatorLoss().Select(term => term.Name));
        var reconstruction = round.GeneratorLoss().Last().Value;
        TensorAssert.Close((generator.call(batch.Condition!) - batch.Real).square().mean(), reconstruction);
    }

    [Fact]
    public void Paired_WithoutReconstruction_HasNoSuchTerm()
    {
        using var scope = NewDisposeScope();
        using var batch = Pair();
        var round = new PairedObjective { ReconstructionWeight = 0 }.Begin(
            nn.Conv2d(3, 3, 1), nn.Conv2d(6, 1, 1), batch, Start);

        Assert.Equal(["adversarial"], round.GeneratorLoss().Select(term => term.Name));
    }

    [Fact]
    public void Cycle_Terms_HaveTheirWeights()
    {
        using var scope = NewDisposeScope();
        using var batch = Pair();
        using var objective = new CycleObjective { CycleWeight = 3, CycleWeightB = 5, IdentityWeight = 0.1, PoolSize = 0 };
        var round = objective.Begin(Generators(), Discriminators(), batch, Start);

        Assert.Equal([("adversarial_B", 0.5), ("adversarial_A", 0.5)], round.DiscriminatorLoss().Select(
            term => (term.Name, term.Weight)));
        Assert.Equal(
            [("adversarial_B", 1), ("adversarial_A", 1), ("cycle_A", 3), ("cycle_B", 5), ("identity_B", 0.5), (
                "identity_A", 0.1 * 3)],
            round.GeneratorLoss().Select(term => (term.Name, term.Weight)));
    }

    [Fact]
    public void Cycle_WithoutIdentity_DoesNotAskForIt()
    {
        using var scope = NewDisposeScope();
        using var batch = Pair();
        using var objective = new CycleObjective { IdentityWeight = 0 };

        Assert.DoesNotContain(
            objective.Begin(Generators(), Discriminators(), batch, Start).GeneratorLoss(), term =>
                term.Name.StartsWith("identity", StringComparison.Ordinal));
    }

    [Fact]
    public void Cycle_Losses_ReachTheirNetworksAlone()
    {
        using var scope = NewDisposeScope();
        using var batch = Pair();
        using var objective = new CycleObjective();
        var (generators, discriminators) = (Generators(), Discriminators());
        var round = objective.Begin(generators, discriminators, batch, Start);

        round.DiscriminatorLoss().Total().backward();
        Assert.All(generators.parameters(), weight => Assert.Null(weight.grad));
        Assert.All(discriminators.parameters(), weight => Assert.NotNull(weight.grad));

        round.GeneratorLoss().Total().backward();
        Assert.All(generators.parameters(), weight => Assert.True(weight.grad!.abs().sum().item<float>() > 0));
    }

    [Fact]
    public void Trainer_OfACycle_LeavesNothingBehind()
    {
        using var scope = NewDisposeScope();
        var (generators, discriminators) = (Generators(), Discriminators());
        using (var warm = AdversarialTrainer.Create(Generators(), Discriminators(), new CycleObjective()))
        using (var batch = Pair())
            warm.Step(batch);
        generators.zero_grad();
        var before = LiveTensors.OfThisThread;

        using (var trainer = AdversarialTrainer.Create(generators, discriminators, new CycleObjective { PoolSize = 3 }))
        {
            for (var step = 0; step < 5; step++)
            {
                using var batch = Pair();
                trainer.Step(batch);
            }
        }

        foreach (var weight in generators.parameters().Concat(discriminators.parameters()))
            weight.grad = null;
        Assert.Equal(before, LiveTensors.OfThisThread);
    }

    [Fact]
    public void Begin_WithoutImagesToTranslate_SaysSo()
    {
        using var scope = NewDisposeScope();
        using var none = new Batch(randn(2, 3, 4, 4));
        using var labels = new Batch(randn(2, 3, 4, 4), tensor(new[] { 1L, 2L }));
        using var objective = new CycleObjective();

        foreach (var batch in new[] { none, labels })
        {
            Assert.Contains("Batch.Condition", Assert.Throws<ArgumentException>(() =>
                new PairedObjective().Begin(nn.Conv2d(3, 3, 1), nn.Conv2d(6, 1, 1), batch, Start)).Message,
                StringComparison.Ordinal);
            Assert.Throws<ArgumentException>(() => objective.Begin(Generators(), Discriminators(), batch, Start));
        }
    }

    [Fact]
    public void Options_OutOfRange_Throw()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => new PairedObjective { ReconstructionWeight = -1 });
        Assert.Throws<ArgumentOutOfRangeException>(() => new PairedObjective { DiscriminatorWeight = double.NaN });
        Assert.Throws<ArgumentOutOfRangeException>(() => new CycleObjective { CycleWeight = -1 });
        Assert.Throws<ArgumentOutOfRangeException>(() => new CycleObjective { CycleWeightA = double.PositiveInfinity });
        Assert.Throws<ArgumentOutOfRangeException>(() => new CycleObjective { CycleWeightB = -1 });
        Assert.Throws<ArgumentOutOfRangeException>(() => new CycleObjective { IdentityWeight = -0.5 });
        Assert.Throws<ArgumentOutOfRangeException>(() => new CycleObjective { PoolSize = -1 });
    }

    [Fact]
    public void Pairs_OfOneNetwork_AreRefused()
    {
        using var scope = NewDisposeScope();
        var network = nn.Conv2d(3, 3, 1);

        Assert.Throws<ArgumentException>(() => new CyclePair<TorchSharp.Modules.Conv2d>(network, network));
        Assert.Throws<ArgumentException>(() => new DomainPair<TorchSharp.Modules.Conv2d>(() => network));
    }

    private static Batch Pair() => new(rand(2, 3, 4, 4), rand(2, 3, 4, 4));

    private static CyclePair<TorchSharp.Modules.Conv2d> Generators() => new(() => nn.Conv2d(3, 3, 1));

    private static DomainPair<TorchSharp.Modules.Conv2d> Discriminators() => new(() => nn.Conv2d(3, 1, 1));
}
