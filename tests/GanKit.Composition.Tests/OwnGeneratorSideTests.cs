namespace Composition;

/// <summary>Terms on the generator, and networks that learn beside the two.</summary>
public class OwnGeneratorSideTests
{
    private static readonly TrainerOptions Sgd = new()
    {
        LearningRate = 0.1,
        Optimizer = (parameters, rate) => optim.SGD(parameters, rate),
    };

    /// <summary>PyTorch 2.6's numbers, in float64, of the same weights, latents and directions.</summary>
    [Fact]
    public void PathLength_ItsValueAndGradients_AreThoseOfPyTorch()
    {
        using var generator = Known();
        using var latents = Waves(cos, 1, 2, 3);
        using var batch = new Batch(zeros([4, 1, 2, 3], dtype: float64)); // half of which is 2
        var penalty = new PathLength(Latent.Fixed(latents), _ => Waves(sin, 0.7, 2, 1, 2, 3));

        using var value = penalty.Penalty(generator, batch, new(0, 0, CPU));
        value.backward();

        Assert.Equal(0.08511254383910796, value.item<double>(), 1e-12);
        Tensor[] gradients = [.. generator.parameters().Select(parameter => parameter.grad!)];
        Assert.All(
            gradients.Zip([-0.22623992496015363, -0.48069489897003687, 0.2811840652854453, 0.13636357481525777]),
            pair => Assert.Equal(pair.Second, pair.First.sum().item<double>(), 1e-12));
        Assert.Equal(-0.10840266755090645, gradients[0][1, 2].item<double>(), 1e-12);
        Assert.Equal(0.015004951134705024, gradients[2][3, 1].item<double>(), 1e-12);
    }

    /// <summary>A critic of zeros teaches the generator nothing, so that the penalty alone moves it, as far as 5 × 2 × 0.1 times its gradient.</summary>
    [Fact]
    public void PathLength_InATrainer_IsDueOnEverySecondGeneratorStep_AndWeighsTwice()
    {
        using var generator = Known();
        using var alone = Known();
        using var critic = Sequential(Flatten(), Linear(6, 1, dtype: float64));
        using (no_grad())
            foreach (var parameter in critic.parameters())
                parameter.zero_();
        using var latents = Waves(cos, 1, 4, 3);
        var (term, same) = (Term(), Term());
        using var trainer = AdversarialTrainer.Create(generator, critic,
            new UnconditionalObjective(Latent.Fixed(latents), AdversarialLoss.Wasserstein) { GeneratorRegularizers = [term] },
            Sgd with { DiscriminatorLearningRate = 1e-12, DiscriminatorSteps = 2 });
        using var batch = new Batch(ones([4, 1, 2, 3], dtype: float64));

        var logged = Enumerable.Range(0, 8).Select(_ => trainer.Step(batch).Metrics).ToArray();

        for (var round = 0; round < 2; round++)
        {
            same.Penalty(alone, batch, new(0, 0, CPU)).backward();
            using var quiet = no_grad();
            foreach (var parameter in alone.parameters())
            {
                parameter.sub_(parameter.grad! * (5 * 2 * 0.1));
                parameter.grad!.zero_();
            }
        }

        Assert.Equal([0L, 2], term.Steps); // of generator steps, 4 in 8 steps
        Assert.Equal([1, 5], Enumerable.Range(0, 8).Where(step => logged[step].ContainsKey("generator/path_length")));
        Assert.All(generator.parameters().Zip(alone.parameters()), pair =>
            Assert.True((pair.First - pair.Second).abs().max().item<double>() < 1e-9));

        PathLength Term() => new(Latent.Fixed(latents), _ => Waves(sin, 0.7, 2, 1, 2, 3), weight: 5, interval: 2);
    }

    [Theory]
    [InlineData(true), InlineData(false)]
    public void Part_OfEitherSide_LearnsWithItAlone(bool ofGenerator)
    {
        manual_seed(1);
        using var generator = Linear(Bell.LatentSize + 2, 1);
        using var discriminator = Linear(1 + 2, 1);
        using var encoder = Embedding(3, 2);
        using var trainer = AdversarialTrainer.Create(generator, discriminator,
            new Encoded(encoder, ofGenerator), Sgd with { AverageDecay = 0.5, FiniteCheckInterval = 1 });
        using var batch = new Batch(linspace(2, 4, 6).reshape(-1, 1)) { ["tokens"] = tensor(new[] { 0L, 1, 2, 0, 1, 2 }) };
        trainer.Step(batch);
        var before = Copy(encoder.weight!);
        trainer.Step(batch);
        Assert.False(equal(before, encoder.weight!).all().item<bool>());

        var raw = Copy(encoder.weight!);
        Assert.True(encoder.training);
        using (trainer.UseForInference())
        {
            Assert.Equal(!ofGenerator, encoder.training); // in evaluation with the generator
            Assert.Equal(!ofGenerator, equal(raw, encoder.weight!).all().item<bool>()); // averaged with it
        }

        Assert.True(encoder.training);
        Assert.True(equal(raw, encoder.weight!).all().item<bool>());
    }

    [Fact]
    public void Part_IsOnTheTrainersDevice_AndIsWatchedForNaN()
    {
        using var encoder = Embedding(3, 2);
        using var elsewhere = Embedding(3, 2);
        using (AdversarialTrainer.Create(
            Linear(4, 1), Linear(3, 1), new Encoded(elsewhere, ofGenerator: true), new TrainerOptions { Device = META }))
            Assert.Equal(DeviceType.META, elsewhere.weight!.device_type);

        using var trainer = AdversarialTrainer.Create(
            Linear(4, 1), Linear(3, 1), new Encoded(encoder, ofGenerator: true), Sgd with { FiniteCheckInterval = 1 });
        using (no_grad())
            encoder.weight![2].fill_(float.NaN); // of which the batch has none
        using var batch = new Batch(ones(2, 1)) { ["tokens"] = zeros(2, int64) };
        var error = Assert.Throws<TrainingDivergedException>(() => trainer.Step(batch));
        Assert.Contains("encoder.weight", error.Message, StringComparison.Ordinal);

        encoder.to(float64);
        Assert.Contains("moved or changed", Assert.Throws<InvalidOperationException>(() => trainer.Step(batch)).Message, StringComparison.Ordinal);
    }

    private static Tensor Copy(Tensor weight) => weight.detach().clone();

    private static Tensor Waves(Func<Tensor, Tensor> wave, double factor, params long[] shape) =>
        wave(arange(1, shape.Aggregate((all, size) => all * size) + 1, dtype: float64) * factor).reshape(shape);

    private static StyledGenerator Known()
    {
        var generator = new StyledGenerator();
        using var quiet = no_grad();
        generator.Mapping.weight!.copy_(Waves(sin, 1, 4, 3));
        generator.Mapping.bias!.copy_(Waves(sin, 0.5, 4));
        generator.Synthesis.weight!.copy_(Waves(sin, 0.3, 6, 4));
        generator.Synthesis.bias!.copy_(Waves(sin, 0.2, 6));
        return generator;
    }

    /// <summary>Both networks are told tokens through an encoder, which learns with one of them.</summary>
    private sealed class Encoded(Module<Tensor, Tensor> encoder, bool ofGenerator)
        : Objective<Module<Tensor, Tensor>, Module<Tensor, Tensor>, Tensor>
    {
        public override IReadOnlyDictionary<string, Module> GeneratorParts => Parts(ofGenerator);

        public override IReadOnlyDictionary<string, Module> DiscriminatorParts => Parts(!ofGenerator);

        protected override Tensor Generate(Module<Tensor, Tensor> generator, Batch batch, StepContext context) =>
            generator.call(cat([randn(batch.Size, Bell.LatentSize), Told(batch, ofGenerator)], 1));

        protected override LossTerms DiscriminatorLoss(
            Module<Tensor, Tensor> discriminator, Batch batch, Tensor fakes, StepContext context) =>
            AdversarialTerms.ForDiscriminator(
                AdversarialLoss.Hinge, [], x => discriminator.call(cat([x, Told(batch, !ofGenerator)], 1)), batch.Real, fakes, context);

        protected override LossTerms GeneratorLoss(
            Module<Tensor, Tensor> generator, Module<Tensor, Tensor> discriminator, Batch batch, Tensor fakes, StepContext context) =>
            AdversarialTerms.ForGenerator(
                AdversarialLoss.Hinge, x => discriminator.call(cat([x, Told(batch, !ofGenerator)], 1)), batch.Real, fakes, context);

        private Tensor Told(Batch batch, bool learns)
        {
            var told = encoder.call(batch["tokens"]);
            return learns ? told : told.detach();
        }

        private Dictionary<string, Module> Parts(bool are) => are ? new() { ["encoder"] = encoder } : [];
    }
}
