namespace Composition;

/// <summary>Adds a number to each sample, drawn for it; its range grows while the discriminator is sure of real samples.</summary>
internal sealed class Brightness : Augmentation
{
    private readonly Tensor _range = full([], 0.5);

    public List<Tensor> Draws { get; } = [];

    public override Tensor? Strength => _range;

    public override void Observe(Tensor realLogits) => _range.add_(realLogits.sign().mean() * 0.01);

    protected override Func<Tensor, Tensor> Draw(Tensor samples)
    {
        var more = rand([samples.shape[0], .. Enumerable.Repeat(1L, (int)samples.dim() - 1)]) * _range;
        Draws.Add(more.DetachFromDisposeScope());
        return pictures => pictures + more;
    }
}

/// <summary>Turns each batch by as many quarters as it is told.</summary>
internal sealed class Turned(int quarters) : Module<Tensor, Tensor>(nameof(Turned))
{
    public override Tensor forward(Tensor input) => input.rot90(quarters, (2, 3));
}

public class OwnAugmentationTests
{
    private static readonly StepContext Start = new(0, 0, CPU);

    [Fact]
    public void Augmentation_ChangesBothKindsOfSamples_InBothLosses()
    {
        using var scope = NewDisposeScope();
        var (seen, brightness) = (new List<Tensor>(), new Brightness());
        var (real, fake) = (zeros(4, 1, 2, 2), ones(4, 1, 2, 2).requires_grad_());
        var context = Start with { Augmentation = brightness };
        var weight = ones([], requires_grad: true);

        var terms = AdversarialTerms.ForDiscriminator(AdversarialLoss.Wasserstein, [], Critic, real, fake, context);
        Assert.Equal(2, brightness.Draws.Count);
        TensorAssert.Equal(real + brightness.Draws[0], seen[0]);
        TensorAssert.Equal(fake.detach() + brightness.Draws[1], seen[1]);
        Assert.False(equal(brightness.Draws[0], brightness.Draws[1]).any().item<bool>());
        Assert.Equal("augmentation", terms.Observations[0].Name);
        Assert.Equal(0.51f, brightness.Strength!.item<float>(), 1e-6f); // all logits of real samples are above 0

        AdversarialTerms.ForGenerator(AdversarialLoss.Wasserstein, Critic, real, fake, context).Total().backward();
        TensorAssert.Close(full([4, 1, 2, 2], -0.25f), fake.grad!); // -mean of sums
        Assert.Equal(3, brightness.Draws.Count); // real samples are left alone where nothing asks for them
        AdversarialTerms.ForGenerator(AdversarialLoss.RelativisticAverage, Critic, real, fake, context);
        TensorAssert.Equal(real + brightness.Draws[4], seen[^1]);

        Tensor Critic(Tensor samples)
        {
            seen.Add(samples.detach().clone());
            return samples.flatten(1).sum(1, keepdim: true) * weight + 0.001;
        }
    }

    /// <summary>With D(x) = Σ w x² the slope is 2 w x; through a turn it is the same number at the turned place.</summary>
    [Theory]
    [InlineData(true), InlineData(false)]
    public void Regularizer_SaysWhetherItIsBeforeTheAugmentation(bool before)
    {
        using var scope = NewDisposeScope();
        var place = tensor(new float[,,,] { { { { 1, 2 }, { 3, 4 } } } });
        var (real, slopes) = (tensor(new float[,,,] { { { { 5, 6 }, { 7, 8 } } } }), new Slopes(before));
        var context = Start with { Augmentation = new Turned(1) };

        AdversarialTerms.ForDiscriminator(AdversarialLoss.Wasserstein, [slopes], x => (x.square() * place).flatten(1).sum(1), real, real, context);

        var turned = real.rot90(1, (2, 3));
        var slopeAtTurned = 2 * place * turned;
        TensorAssert.Close((before ? slopeAtTurned.rot90(3, (2, 3)) : slopeAtTurned).flatten(1), slopes.Found!);
        TensorAssert.Equal(before ? real : turned, slopes.Real!);
    }

    [Fact]
    public void ShippedPenalties_AreBeforeIt_UnlessToldOtherwise()
    {
        Assert.All<IRegularizer>(
            [new R1Penalty(), new R2Penalty(), new GradientPenalty(), new DraganPenalty(), new ShiftedSlopePenalty(1)],
            penalty => Assert.True(penalty.BeforeAugmentation));
        Assert.False(new R1Penalty { BeforeAugmentation = false }.BeforeAugmentation);
    }

    /// <summary>The discriminator of a translator sees input and output: a draw serves both, be it a module or a class of its own.</summary>
    [Theory]
    [InlineData(false, false), InlineData(true, false), InlineData(false, true), InlineData(true, true)]
    public void Paired_InputAndOutput_ShareADraw(bool isModule, bool featuresToo)
    {
        using var scope = NewDisposeScope();
        var discriminator = new Seeing();
        var brightness = new Brightness();
        Augmentation augmentation = isModule ? new Turned(1) : brightness;
        using var batch = new Batch(rand(3, 1, 2, 2), rand(3, 2, 2, 2));
        var generator = Conv2d(2, 1, 1);
        var round = new PairedObjective { Augmentation = augmentation, FeatureMatchingWeight = featuresToo ? 1 : 0 }
            .Begin(generator, discriminator, batch, Start);
        var fake = generator.call(batch.Condition!).detach();

        round.DiscriminatorLoss();
        round.GeneratorLoss();

        Tensor[] targets = featuresToo ? [batch.Real, fake, fake, batch.Real] : [batch.Real, fake, fake];
        var order = discriminator.Seen.Count; // fakes come first in the discriminator's loss
        (discriminator.Seen[0], discriminator.Seen[1]) = (discriminator.Seen[1], discriminator.Seen[0]);
        Assert.Equal(targets.Length, order);
        for (var i = 0; i < order; i++)
        {
            var plain = cat([batch.Condition!, targets[i]], 1);
            TensorAssert.Close(isModule ? plain.rot90(1, (2, 3)) : plain + brightness.Draws[Math.Min(i, 2)], discriminator.Seen[i]);
        }
    }

    [Fact]
    public void EverySystem_TakesOne_AndLearnsOtherwise()
    {
        manual_seed(1);
        var plain = Learn(null);
        manual_seed(1);
        var brighter = Learn(new Brightness());
        Assert.Contains("augmentation", brighter.Metrics.Keys);
        Assert.DoesNotContain("augmentation", plain.Metrics.Keys);
        Assert.NotEqual(plain.Metrics["discriminator"], brighter.Metrics["discriminator"]);

        var classes = Conditioning.Classes(2);
        using var picture = new Batch(rand(4, 1, 16, 16), tensor(new[] { 0L, 1, 0, 1 }));
        var told = new Brightness();
        using var conditional = AdversarialTrainer.Create(
            new ConditionalDcganGenerator(classes, imageSize: 16, channels: 1, latentSize: 4, width: 4),
            AuxiliaryClassifierDiscriminator.Dcgan(classes, imageSize: 16, channels: 1, width: 4),
            new AuxiliaryClassifierObjective(4, AdversarialLoss.Hinge) { Augmentation = told });
        conditional.Step(picture);
        Assert.Equal(3, told.Draws.Count);

        var cycled = new Brightness();
        using var pair = new Batch(rand(2, 1, 8, 8), rand(2, 1, 8, 8));
        using var cycle = AdversarialTrainer.Create(
            new CyclePair<TorchSharp.Modules.Conv2d>(() => Conv2d(1, 1, 1)), new DomainPair<TorchSharp.Modules.Conv2d>(() => Conv2d(1, 1, 1)),
            new CycleObjective { Augmentation = cycled });
        Assert.Contains("augmentation_A", cycle.Step(pair).Metrics.Keys);
        Assert.Equal(6, cycled.Draws.Count); // two domains: real, earlier fakes, new fakes

        static StepResult Learn(Augmentation? augmentation)
        {
            using var trainer = AdversarialTrainer.Create(Bell.Generator(), Bell.Discriminator(),
                new UnconditionalObjective(Bell.LatentSize, AdversarialLoss.Hinge, new R1Penalty()) { Augmentation = augmentation });
            using var batch = Bell.Batch();
            var result = trainer.Step(batch);
            _ = result.Metrics;
            return result;
        }
    }

    [Fact]
    public void Augmentation_OfOtherShapes_IsRefused()
    {
        using var scope = NewDisposeScope();
        var context = Start with { Augmentation = Augmentation.FromModule(Flatten()) };
        var error = Assert.Throws<InvalidOperationException>(() => AdversarialTerms.ForDiscriminator(
            AdversarialLoss.Hinge, [], x => x.flatten(1).sum(1), zeros(2, 1, 2, 2), zeros(2, 1, 2, 2), context));
        Assert.Contains("it has to keep their shapes", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void FreshRealBatch_TheGeneratorsLossSeesTheNextBatch()
    {
        using var numbers = arange(10, float32).unsqueeze(1);
        var seen = new List<(string Role, float First)>();
        using var trainer = AdversarialTrainer.Create(
            Bell.Generator(), Bell.Discriminator(), new Watched(seen), new TrainerOptions { FreshRealBatch = true });

        trainer.Fit(Batches.FromTensor(numbers, batchSize: 2, shuffle: false), epochs: 2); // 5 batches an epoch

        (string, float)[] epoch = [("D", 0), ("G", 2), ("D", 4), ("G", 6), ("D", 8), ("G", 8)];
        Assert.Equal([.. epoch, .. epoch], seen);
        Assert.Equal((6, 2), (trainer.StepCount, trainer.EpochCount));

        seen.Clear();
        using var first = new Batch(zeros(2, 1));
        using var second = new Batch(ones(2, 1));
        trainer.Step(first, second);
        trainer.Step(first);
        Assert.Equal([("D", 0), ("G", 1), ("D", 0), ("G", 0)], seen);
    }

    private sealed class Slopes(bool before) : IRegularizer
    {
        public string Name => "slopes";

        public double Weight => 1;

        public int Interval => 1;

        public bool BeforeAugmentation => before;

        public Tensor? Found { get; private set; }

        public Tensor? Real { get; private set; }

        public Tensor Penalty(Func<Tensor, Tensor> critic, Tensor real, Tensor fake)
        {
            (Real, Found) = (real.clone(), CriticGradient.At(critic, real));
            return Found.sum();
        }
    }

    private sealed class Seeing : Module<Tensor, Tensor>, IFeatureDiscriminator
    {
        private readonly Module<Tensor, Tensor> _head = Conv2d(3, 1, 1);

        public Seeing() : base(nameof(Seeing)) => RegisterComponents();

        public List<Tensor> Seen { get; } = [];

        public override Tensor forward(Tensor input) => Discriminate(input)[0].Logits;

        public IReadOnlyList<DiscriminatorOutput> Discriminate(Tensor images)
        {
            Seen.Add(images.detach().clone());
            var features = _head.call(images);
            return [new(features * 1, [features])];
        }
    }

    private sealed class Watched(List<(string Role, float First)> seen) : Objective<Module<Tensor, Tensor>, Module<Tensor, Tensor>, Tensor>
    {
        protected override Tensor Generate(Module<Tensor, Tensor> generator, Batch batch, StepContext context) =>
            generator.call(randn(batch.Size, Bell.LatentSize));

        protected override LossTerms DiscriminatorLoss(
            Module<Tensor, Tensor> discriminator, Batch batch, Tensor fakes, StepContext context)
        {
            seen.Add(("D", batch.Real[0, 0].item<float>()));
            return AdversarialTerms.ForDiscriminator(AdversarialLoss.RelativisticAverage, [], discriminator.call, batch.Real, fakes, context);
        }

        protected override LossTerms GeneratorLoss(
            Module<Tensor, Tensor> generator, Module<Tensor, Tensor> discriminator, Batch batch, Tensor fakes, StepContext context)
        {
            seen.Add(("G", batch.Real[0, 0].item<float>()));
            return AdversarialTerms.ForGenerator(AdversarialLoss.RelativisticAverage, discriminator.call, batch.Real, fakes, context);
        }
    }
}
