using static TorchSharp.torch.nn;

namespace GanKit.Tests.Training;

public class StepTests
{
    [Fact]
    public void Create_ObjectiveForAnyNetwork_KeepsTheNetworksOwnTypes()
    {
        using var trainer = AdversarialTrainer.Create(
            new DcganGenerator(imageSize: 16, channels: 1, width: 2), new DcganDiscriminator(imageSize: 16, channels: 1, width: 2),
            new UnconditionalObjective(100, AdversarialLoss.Hinge));
        Assert.Equal(100, trainer.Generator.LatentSize); // a member of the network's own type: compiling is the test
        Assert.Equal(16, trainer.Discriminator.ImageSize);
    }

    [Theory]
    [InlineData(StepOrder.DiscriminatorFirst, new[] { false, false, true, false, false, true })]
    [InlineData(StepOrder.GeneratorFirst, new[] { true, false, false, true, false, false })]
    public void Step_SeveralDiscriminatorSteps_UpdatesTheGeneratorOnOneOfThem(StepOrder order, bool[] expected)
    {
        using var trainer = Tiny.Trainer(new TrainerOptions { DiscriminatorSteps = 3, Order = order });
        using var batch = Tiny.Batch();
        foreach (var updates in expected)
        {
            var (generator, discriminator) = (Tiny.Snapshot(trainer.Generator), Tiny.Snapshot(trainer.Discriminator));
            var result = trainer.Step(batch);

            Assert.Equal(updates, result.GeneratorUpdated);
            Assert.Equal(updates, Changed(generator, trainer.Generator));
            Assert.True(Changed(discriminator, trainer.Discriminator));
            Assert.Equal(updates, result.Metrics.ContainsKey("generator"));
            Assert.Equal(!updates, double.IsNaN(result.GeneratorLoss));
        }
    }

    [Theory]
    [InlineData(true, 1, 1, 1)]
    [InlineData(false, 1, 1, 2)]
    [InlineData(true, 4, 1, 8)] // parts of a batch are generated anew for each network
    [InlineData(true, 1, 2, 1)]
    public void Step_RunsTheGenerator_AsOftenAsTheRecipeSays(bool reuse, int parts, int discriminatorSteps, int expected)
    {
        var generator = new Counting(Tiny.Generator());
        using var trainer = AdversarialTrainer.Create(generator, Tiny.Discriminator(), Tiny.Objective(),
            new TrainerOptions { ReuseFakes = reuse, GradientAccumulation = parts, DiscriminatorSteps = discriminatorSteps });
        using var batch = Tiny.Batch();
        for (var i = 1; i < discriminatorSteps; i++)
            trainer.Step(batch);
        generator.Calls = 0;
        Assert.True(trainer.Step(batch).GeneratorUpdated);
        Assert.Equal(expected, generator.Calls);
    }

    [Fact]
    public void Step_GeneratorsTurn_LeavesNoGradientOnTheDiscriminator()
    {
        var objective = new Spy(Tiny.Objective());
        using var trainer = Tiny.Trainer(objective: objective);
        objective.Discriminator = trainer.Discriminator;
        using var batch = Tiny.Batch();
        trainer.Step(batch);

        Assert.Equal([true, false], objective.DiscriminatorRequiresGrad); // its own loss, then the generator's
        Assert.All(trainer.Discriminator.parameters(), parameter => Assert.True(parameter.requires_grad));
    }

    [Fact]
    public void Step_ObjectiveThrows_UnfreezesTheDiscriminator()
    {
        var objective = new Spy(Tiny.Objective()) { Failure = new InvalidOperationException("on purpose") };
        using var trainer = Tiny.Trainer(objective: objective);
        objective.Discriminator = trainer.Discriminator;
        using var batch = Tiny.Batch();
        Assert.Throws<InvalidOperationException>(() => trainer.Step(batch));
        Assert.All(trainer.Discriminator.parameters(), parameter => Assert.True(parameter.requires_grad));
        objective.Failure = null;
        Assert.Equal(1, trainer.Step(batch).Step);
    }

    [Fact]
    public void Step_ParameterFrozenByItsOwner_StaysFrozen()
    {
        using var trainer = Tiny.Trainer();
        using var batch = Tiny.Batch();
        var frozen = trainer.Discriminator.parameters().First();
        frozen.requires_grad = false; // as FreezeD does with the first layers
        var before = frozen.clone();
        trainer.Step(batch);
        Assert.False(frozen.requires_grad);
        TensorAssert.Equal(before, frozen);
    }

    [Theory]
    [InlineData(StepOrder.DiscriminatorFirst, true, new[] { "D", "G" })]
    [InlineData(StepOrder.DiscriminatorFirst, false, new[] { "D", "G" })]
    [InlineData(StepOrder.GeneratorFirst, true, new[] { "G", "D" })]
    [InlineData(StepOrder.GeneratorFirst, false, new[] { "G", "D" })]
    public void Step_EitherOrder_AsksForTheLossesInIt_AndTrainsBoth(StepOrder order, bool reuse, string[] expected)
    {
        var objective = new Spy(Tiny.Objective());
        using var trainer = Tiny.Trainer(new TrainerOptions { Order = order, ReuseFakes = reuse }, objective);
        objective.Discriminator = trainer.Discriminator;
        var (generator, discriminator) = (Tiny.Snapshot(trainer.Generator), Tiny.Snapshot(trainer.Discriminator));
        using var batch = Tiny.Batch();
        trainer.Step(batch);

        Assert.Equal(expected, objective.DiscriminatorRequiresGrad.Select(live => live ? "D" : "G"));
        Assert.True(Changed(generator, trainer.Generator));
        Assert.True(Changed(discriminator, trainer.Discriminator));
        // Only a generator pass that its own loss will use keeps a graph.
        Assert.Equal(reuse ? [true] : expected.Select(turn => turn == "G"), objective.GeneratedWithGradient);
    }

    [Fact]
    public void Step_WhereGradientsAreOff_TrainsAllTheSame_AndLeavesThemOff()
    {
        using var trainer = Tiny.Trainer();
        using var batch = Tiny.Batch();
        var before = Tiny.Snapshot(trainer.Generator);
        using var off = no_grad();
        trainer.Step(batch);
        Assert.False(is_grad_enabled());
        Assert.True(Changed(before, trainer.Generator));
    }

    [Fact]
    public void Step_TellsTheObjectiveHowFarEachNetworkIs()
    {
        var objective = new Spy(Tiny.Objective());
        using var trainer = Tiny.Trainer(new TrainerOptions { DiscriminatorSteps = 2 }, objective);
        objective.Discriminator = trainer.Discriminator;
        using var batch = Tiny.Batch();
        for (var step = 0; step < 5; step++)
            trainer.Step(batch);
        Assert.Equal([(0, 0), (1, 0), (2, 1), (3, 1), (4, 2)], objective.Contexts.Select(context => ((int)context.DiscriminatorStep, (int)context.GeneratorStep)));
    }

    [Fact]
    public void Step_Metrics_HaveLossesTermsAndScores()
    {
        using var trainer = Tiny.Trainer(objective: Tiny.Objective(new R1Penalty()));
        using var batch = Tiny.Batch();
        var result = trainer.Step(batch);
        Assert.Equal(
            ["D(G(z))", "D(x)", "discriminator", "discriminator/adversarial", "discriminator/r1_penalty", "generator", "generator/adversarial"],
            result.Metrics.Keys.Order(StringComparer.Ordinal));
        Assert.Equal(
            result.Metrics["discriminator/adversarial"] + 10 * result.Metrics["discriminator/r1_penalty"], result.DiscriminatorLoss, 1e-5);
        Assert.InRange(result.Metrics["D(x)"], 0, 1);
    }

    [Fact]
    public void Metrics_ReadLater_AreThoseOfTheirStep()
    {
        double[] now, later;
        using (var trainer = Tiny.Trainer(new TrainerOptions { Seed = 1 }))
            now = [.. trainer.Steps(Tiny.Data(), steps: 8).Select(step => step.DiscriminatorLoss)];
        StepResult[] all;
        using (var trainer = Tiny.Trainer(new TrainerOptions { Seed = 1 }))
            all = [.. trainer.Steps(Tiny.Data(), steps: 8)];
        later = [.. all.AsParallel().AsOrdered().Select(step => step.DiscriminatorLoss)];

        Assert.Equal(now, later);
        Assert.Equal(8, now.Distinct().Count());
    }

    private static bool Changed(Tensor[] before, nn.Module module) =>
        before.Zip(module.parameters()).Any(pair => !pair.First.equal(pair.Second).all().item<bool>());

    private sealed class Counting : Module<Tensor, Tensor>
    {
        private readonly Module<Tensor, Tensor> _inner;

        internal Counting(Module<Tensor, Tensor> inner)
            : base(nameof(Counting))
        {
            _inner = inner;
            RegisterComponents();
        }

        internal int Calls { get; set; }

        public override Tensor forward(Tensor input)
        {
            Calls++;
            return _inner.call(input);
        }
    }

    private sealed class Spy(IObjective<Module<Tensor, Tensor>, Module<Tensor, Tensor>> inner)
        : IObjective<Module<Tensor, Tensor>, Module<Tensor, Tensor>>
    {
        internal nn.Module? Discriminator { get; set; }

        internal Exception? Failure { get; set; }

        internal List<bool> DiscriminatorRequiresGrad { get; } = [];

        internal List<bool> GeneratedWithGradient { get; } = [];

        internal List<StepContext> Contexts { get; } = [];

        public IRound Begin(Module<Tensor, Tensor> generator, Module<Tensor, Tensor> discriminator, Batch batch, StepContext context)
        {
            GeneratedWithGradient.Add(is_grad_enabled());
            Contexts.Add(context);
            return new Round(this, inner.Begin(generator, discriminator, batch, context));
        }

        private void Look() => DiscriminatorRequiresGrad.Add(Discriminator!.parameters().First().requires_grad);

        private sealed class Round(Spy spy, IRound inner) : IRound
        {
            public LossTerms DiscriminatorLoss()
            {
                spy.Look();
                return inner.DiscriminatorLoss();
            }

            public LossTerms GeneratorLoss()
            {
                spy.Look();
                return spy.Failure is null ? inner.GeneratorLoss() : throw spy.Failure;
            }
        }
    }
}
