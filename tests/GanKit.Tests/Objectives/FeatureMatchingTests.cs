using static TorchSharp.torch.nn;

namespace GanKit.Tests.Objectives;

/// <summary>
/// Feature matching by hand, one's own discriminators, and mistakes. PyTorch's numbers are in FeatureMatchingParityTests.
/// </summary>
public class FeatureMatchingTests
{
    private static readonly StepContext Start = new(DiscriminatorStep: 0, GeneratorStep: 0, CPU);

    [Fact]
    public void Loss_OfTwoScales_CountsLayersAndScalesAlike()
    {
        using var scope = NewDisposeScope();
        var output = new[] { Judged(1, 2), Judged(3) };
        var target = new[] { Judged(0, 0), Judged(-4) };

        // 4 times the mean over scales of the mean over layers: ((1 + 2) / 2 + 7) / 2.
        Assert.Equal(17, FeatureMatching.Loss(output, target).item<float>());
    }

    [Fact]
    public void Loss_Gradient_ReachesTheOutputAlone()
    {
        using var scope = NewDisposeScope();
        var (output, target) = (randn(2, 3).requires_grad_(), randn(2, 3).requires_grad_());

        FeatureMatching.Loss([new(output, [output])], [new(target, [target])]).backward();

        TensorAssert.Close((output - target).sign() * (4 / 6.0), output.grad!);
        Assert.Null(target.grad);
    }

    [Fact]
    public void Loss_OfWhatDoesNotMatch_SaysWhat()
    {
        using var scope = NewDisposeScope();

        Assert.Contains("2 scales", Message([Judged(1), Judged(1)], [Judged(1)]), StringComparison.Ordinal);
        Assert.Contains("1 layers of the output and 2", Message([Judged(1)], [Judged(1, 2)]), StringComparison.Ordinal);
        Assert.Contains("shows no features", Message([Judged()], [Judged()]), StringComparison.Ordinal);
        Assert.Contains("no output", Message([], []), StringComparison.Ordinal);
        Assert.Contains(
            "(2, 3)", Message([new(ones(1), [ones(2, 3)])], [new(ones(1), [ones(2, 4)])]), StringComparison.Ordinal);

        static string Message(DiscriminatorOutput[] output, DiscriminatorOutput[] target) =>
            Assert.ThrowsAny<ArgumentException>(() => FeatureMatching.Loss(output, target)).Message;
    }

    [Fact]
    public void Paired_WithFeatureMatching_JudgesFakesOnce()
    {
        using var scope = NewDisposeScope();
        using var batch = Pair();
        var discriminator = new TwoScales();
        var round = new PairedObjective { FeatureMatchingWeight = 3 }.Begin(Conv2d(3, 3, 1), discriminator, batch, Start);

        var terms = round.GeneratorLoss();

        Assert.Equal(2, discriminator.Passes); // one of fakes, one of their targets
        Assert.Equal(
            [("adversarial", 1), ("reconstruction", 100), ("feature_matching", 3)], terms.Select(
                term => (term.Name, term.Weight)));
    }

    [Fact]
    public void Paired_WithALossThatComparesToo_JudgesRealOnce()
    {
        using var scope = NewDisposeScope();
        using var batch = Pair();
        var discriminator = new TwoScales();
        var objective = new PairedObjective { Loss = AdversarialLoss.RelativisticAverage, FeatureMatchingWeight = 3 };
        var generator = Conv2d(3, 3, 1);

        var terms = objective.Begin(generator, discriminator, batch, Start).GeneratorLoss();

        Assert.Equal(2, discriminator.Passes);
        var fake = discriminator.Discriminate(cat([batch.Condition!, generator.call(batch.Condition!)], 1));
        var real = discriminator.Discriminate(cat([batch.Condition!, batch.Real], 1));
        TensorAssert.Close(FeatureMatching.Loss(fake, real), terms.Last().Value);
        var expected = fake.Zip(
            real, (output, target) => AdversarialLoss.RelativisticAverage.GeneratorLoss(output.Logits, target.Logits));
        TensorAssert.Close(expected.First() + expected.Last(), terms.First().Value);
    }

    [Fact]
    public void Objectives_OfSeveralScales_SumTheirLossesAndAverageTheirScores()
    {
        using var scope = NewDisposeScope();
        using var batch = new Batch(randn(2, 6, 8, 8));
        var (generator, discriminator) = (Sequential(Linear(3, 6 * 64), Unflatten(1, [6, 8, 8])), new TwoScales());
        var loss = AdversarialLoss.LeastSquares;
        var round = new UnconditionalObjective(new FixedLatent(randn(2, 3)), loss).Begin(
            generator, discriminator, batch, Start);
        var terms = round.DiscriminatorLoss();
        var adversarial = round.GeneratorLoss().Single().Value;

        Assert.Equal(3, discriminator.Passes);
        Assert.Equal(0, discriminator.WholePasses);
        var real = discriminator.Discriminate(batch.Real);
        TensorAssert.Close((real[0].Logits.mean() + real[1].Logits.mean()) / 2, terms.Observations[0].Value);
        Assert.NotEqual(adversarial.item<float>(), (double)terms.Single().Value.item<float>());
    }

    [Fact]
    public void Trainer_OfADiscriminatorWithoutFeatures_RefusesItWhenItIsMade()
    {
        using var generator = Conv2d(3, 3, 1);
        using var discriminator = Sequential(Conv2d(6, 1, 1));
        var objective = new PairedObjective { FeatureMatchingWeight = 10 };

        var message = Assert.Throws<ArgumentException>(
            "discriminator", () => AdversarialTrainer.Create(generator, discriminator, objective)).Message;

        Assert.Contains("FeatureMatchingWeight is 10, but Sequential shows no features", message, StringComparison.Ordinal);
        Assert.Contains("PatchDiscriminator", message, StringComparison.Ordinal);
        using var batch = Pair();
        Assert.Throws<ArgumentException>("discriminator", () => objective.Begin(generator, discriminator, batch, Start));
        new PairedObjective().Require(generator, discriminator);
    }

    [Fact]
    public void Discriminate_WithoutADiscriminatorOutput_IsExplained()
    {
        using var scope = NewDisposeScope();
        using var batch = Pair();

        var round = new PairedObjective().Begin(Conv2d(3, 3, 1), new Silent(), batch, Start);

        Assert.Contains(
            "gave no output", Assert.Throws<InvalidOperationException>(round.GeneratorLoss).Message,
            StringComparison.Ordinal);
    }

    [Fact]
    public void FeatureMatchingWeight_OutOfRange_Throws()
    {
        Assert.Equal(0, new PairedObjective().FeatureMatchingWeight);
        Assert.Throws<ArgumentOutOfRangeException>(() => new PairedObjective { FeatureMatchingWeight = -1 });
        Assert.Throws<ArgumentOutOfRangeException>(() => new PairedObjective { FeatureMatchingWeight = double.NaN });
    }

    [Fact]
    public void Trainer_WithFeatureMatching_TrainsTheGeneratorAndLeavesNothingBehind()
    {
        using var scope = NewDisposeScope();
        using var generator = Conv2d(3, 3, 1);
        using var discriminator = new MultiScaleDiscriminator(6, scales: 2, width: 2, layers: 1);
        using var trainer = AdversarialTrainer.Create(
            generator, discriminator, new PairedObjective { FeatureMatchingWeight = 10 });
        using var batch = new Batch(randn(2, 3, 12, 12), randn(2, 3, 12, 12));
        using var before = generator.weight!.detach().clone();
        trainer.Step(batch);
        var tensors = LiveTensors.OfThisThread;

        var result = trainer.Step(batch);

        Assert.Equal(tensors, LiveTensors.OfThisThread);
        Assert.True(result.Metrics["generator/feature_matching"] > 0);
        Assert.False(before.allclose(generator.weight!));
    }

    private static Batch Pair() => new(randn(2, 3, 8, 8), randn(2, 3, 8, 8));

    private static DiscriminatorOutput Judged(params double[] layers) =>
        new(zeros(1), [.. layers.Select((value, layer) => full([1, layer + 1], value))]);

    /// <summary>A user's own discriminator, which counts how often it is asked.</summary>
    private sealed class TwoScales : Module<Tensor, Tensor>, IFeatureDiscriminator
    {
        private readonly Module<Tensor, Tensor> _fine, _coarse, _head;

        public TwoScales()
            : base(nameof(TwoScales))
        {
            (_fine, _coarse, _head) = (Conv2d(6, 4, 3), Conv2d(6, 4, 3, stride: 2), Conv2d(4, 1, 1));
            RegisterComponents();
        }

        public int Passes { get; private set; }

        public int WholePasses { get; private set; }

        public override Tensor forward(Tensor input)
        {
            WholePasses++;
            return _head.call(_fine.call(input));
        }

        public IReadOnlyList<DiscriminatorOutput> Discriminate(Tensor images)
        {
            Passes++;
            return [.. new[] { _fine, _coarse }.Select(scale => scale.call(images)).Select(
                maps => new DiscriminatorOutput(_head.call(maps), [maps]))];
        }
    }

    private sealed class Silent() : Module<Tensor, Tensor>(nameof(Silent)), IFeatureDiscriminator
    {
        public override Tensor forward(Tensor input) => input;

        public IReadOnlyList<DiscriminatorOutput> Discriminate(Tensor images) => [];
    }
}
