using static TorchSharp.torch.nn;

namespace GanKit.Tests.Objectives;

public class ConditionalObjectiveTests
{
    private static readonly StepContext Start = new(DiscriminatorStep: 0, GeneratorStep: 0, CPU);

    [Fact]
    public void Conditional_BothNetworks_SeeTheBatchsConditions()
    {
        using var scope = NewDisposeScope();
        var (generator, discriminator) = (new Conditional(4, 2), new Conditional(2, 1));
        using var batch = new Batch(randn(3, 2), tensor(new[] { 2L, 0L, 1L }));
        var round = new ConditionalObjective(latentSize: 4, AdversarialLoss.Hinge).Begin(
            generator, discriminator, batch, Start);

        round.DiscriminatorLoss().Total().backward();
        Assert.All(generator.parameters(), weight => Assert.Null(weight.grad));
        round.GeneratorLoss().Total().backward();

        Assert.All(generator.Seen.Concat(discriminator.Seen), condition => TensorAssert.Equal(batch.Condition!, condition));
        Assert.Equal((1, 3), (generator.Seen.Count, discriminator.Seen.Count)); // real, fake, fake again
        Assert.All(generator.parameters(), weight => Assert.NotNull(weight.grad));
    }

    [Fact]
    public void Conditional_Regularizers_SeeTheCriticGivenTheCondition()
    {
        using var scope = NewDisposeScope();
        var discriminator = new Conditional(2, 1);
        using var batch = new Batch(randn(3, 2), tensor(new[] { 2L, 0L, 1L }));
        var round = new ConditionalObjective(4, AdversarialLoss.Hinge, new R1Penalty(weight: 1)).Begin(
            new Conditional(4, 2), discriminator, batch, Start);

        round.DiscriminatorLoss();

        Assert.Equal(3, discriminator.Seen.Count);
        Assert.All(discriminator.Seen, condition => TensorAssert.Equal(batch.Condition!, condition));
    }

    [Fact]
    public void AuxiliaryClassifier_WithLabels_AddsTheirCrossEntropy()
    {
        using var scope = NewDisposeScope();
        var discriminator = new Classifier(2, 5);
        using var batch = new Batch(randn(3, 2), tensor(new[] { 2L, 0L, 1L }));
        var objective = new AuxiliaryClassifierObjective(4, AdversarialLoss.NonSaturating) { ClassificationWeight = 3 };
        var round = objective.Begin(new Conditional(4, 2), discriminator, batch, Start);

        var (d, g) = (round.DiscriminatorLoss(), round.GeneratorLoss());

        var expected = functional.cross_entropy(discriminator.Named[0], batch.Condition!) + functional.cross_entropy(
            discriminator.Named[1], batch.Condition!);
        TensorAssert.Close(expected, d.Last().Value);
        TensorAssert.Close(functional.cross_entropy(discriminator.Named[2], batch.Condition!), g.Last().Value);
        Assert.Equal([("adversarial", 1), ("classification", 3)], d.Select(term => (term.Name, term.Weight)));
        Assert.Equal([("adversarial", 1), ("classification", 3)], g.Select(term => (term.Name, term.Weight)));
    }

    [Fact]
    public void AuxiliaryClassifier_WithAttributes_AddsTheirBinaryCrossEntropy()
    {
        using var scope = NewDisposeScope();
        var discriminator = new Classifier(2, 5);
        using var batch = new Batch(randn(3, 2), rand(3, 5));
        var round = new AuxiliaryClassifierObjective(4, AdversarialLoss.NonSaturating).Begin(
            new Attributes(4, 2), discriminator, batch, Start);

        var terms = round.GeneratorLoss();

        TensorAssert.Close(
            functional.binary_cross_entropy_with_logits(discriminator.Named[0], batch.Condition!), terms.Last().Value);
    }

    [Fact]
    public void AuxiliaryClassifier_WithAnotherNumberOfAttributes_SaysSo()
    {
        using var scope = NewDisposeScope();
        using var batch = new Batch(randn(3, 2), rand(3, 4));
        var round = new AuxiliaryClassifierObjective(4, AdversarialLoss.Hinge).Begin(
            new Attributes(4, 2), new Classifier(2, 5), batch, Start);

        Assert.Contains("(3, 5)", Assert.Throws<ArgumentException>(round.GeneratorLoss).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Begin_WithoutConditions_SaysSo()
    {
        using var scope = NewDisposeScope();
        using var batch = new Batch(randn(3, 2));

        Assert.Contains("Batch.Condition", Assert.Throws<ArgumentException>(() =>
            new ConditionalObjective(4, AdversarialLoss.Hinge)
                .Begin(new Conditional(4, 2), new Conditional(2, 1), batch, Start)).Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentException>(() =>
            new AuxiliaryClassifierObjective(4, AdversarialLoss.Hinge).Begin(
                new Conditional(4, 2), new Classifier(2, 5), batch, Start));
    }

    private sealed class Conditional : Module<Tensor, Tensor, Tensor>
    {
        private readonly Module<Tensor, Tensor> _body;
        private readonly Module<Tensor, Tensor> _embedding;

        public Conditional(long size, long output) : base(nameof(Conditional))
        {
            (_body, _embedding) = (Linear(size, output), Embedding(3, output));
            RegisterComponents();
        }

        public List<Tensor> Seen { get; } = [];

        public override Tensor forward(Tensor input, Tensor condition)
        {
            Seen.Add(condition);
            return _body.call(input) + _embedding.call(condition);
        }
    }

    private sealed class Attributes : Module<Tensor, Tensor, Tensor>
    {
        private readonly Module<Tensor, Tensor> _body;

        public Attributes(long size, long output) : base(nameof(Attributes))
        {
            _body = Linear(size, output);
            RegisterComponents();
        }

        public override Tensor forward(Tensor input, Tensor condition) => _body.call(input);
    }

    private sealed class Classifier : Module<Tensor, (Tensor, Tensor)>
    {
        private readonly Module<Tensor, Tensor> _logits;
        private readonly Module<Tensor, Tensor> _classes;

        public Classifier(long size, long classes) : base(nameof(Classifier))
        {
            (_logits, _classes) = (Linear(size, 1), Linear(size, classes));
            RegisterComponents();
        }

        public List<Tensor> Named { get; } = [];

        public override (Tensor, Tensor) forward(Tensor input)
        {
            var named = _classes.call(input);
            Named.Add(named);
            return (_logits.call(input), named);
        }
    }
}
