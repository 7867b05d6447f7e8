namespace Composition;

/// <summary>
/// SimGAN (Shrivastava et al. 2017), a system that GanKit does not ship: a refiner makes drawn pictures look real without
/// changing what they show, and its discriminator sees a history of refined ones.
/// </summary>
internal sealed class RefinerObjective(int history, double selfWeight)
    : Objective<Module<Tensor, Tensor>, Module<Tensor, Tensor>, Tensor>, IDisposable
{
    public ImagePool Pool { get; } = new(history, seed: 1);

    public void Dispose() => Pool.Dispose();

    protected override Tensor Generate(Module<Tensor, Tensor> generator, Batch batch, StepContext context) =>
        generator.call(Drawn(batch));

    protected override LossTerms DiscriminatorLoss(
        Module<Tensor, Tensor> discriminator, Batch batch, Tensor fakes, StepContext context) =>
            AdversarialTerms.ForDiscriminator(
            AdversarialLoss.NonSaturating, [], discriminator.call, batch.Real, Pool.Exchange(fakes), context);

    protected override LossTerms GeneratorLoss(
        Module<Tensor, Tensor> generator, Module<Tensor, Tensor> discriminator, Batch batch, Tensor fakes,
        StepContext context)
    {
        var terms = AdversarialTerms.ForGenerator(AdversarialLoss.NonSaturating, discriminator.call, batch.Real, fakes, context);
        terms.Add("self", ReconstructionLoss.L1.Loss(fakes, Drawn(batch)), selfWeight);
        return terms;
    }

    private static Tensor Drawn(Batch batch) =>
        batch.Condition ?? throw new ArgumentException("A refiner needs drawn pictures as the batch's second argument.");
}

/// <summary>A discriminator that remembers the mean of each picture it was shown, to be watched.</summary>
internal sealed class Witness : Module<Tensor, Tensor>
{
    private readonly Module<Tensor, Tensor> _judge = Conv2d(1, 1, 3);

    public Witness() : base(nameof(Witness)) => RegisterComponents();

    public List<float[]> Seen { get; } = [];

    public override Tensor forward(Tensor images)
    {
        Seen.Add([.. images.detach().mean([1, 2, 3]).data<float>()]);
        return _judge.call(images);
    }
}

public class RefinerTests
{
    [Fact]
    public void Pool_InAnOwnObjective_ShowsTheDiscriminatorEarlierFakes()
    {
        manual_seed(1);
        using var refiner = Conv2d(1, 1, 1);
        using var witness = new Witness();
        var objective = new RefinerObjective(history: 8, selfWeight: 0.1);
        var shown = new List<(float[] New, float[] Seen)>();
        using (var trainer = AdversarialTrainer.Create(refiner, witness, objective))
        {
            for (var i = 0; i < 12; i++)
            {
                using var batch = new Batch(rand(4, 1, 8, 8), rand(4, 1, 8, 8) + i);
                witness.Seen.Clear();
                trainer.Step(batch);
                shown.Add((witness.Seen[2], witness.Seen[1])); // D sees real, then the pool's; G's loss shows the new ones
            }

            Assert.Equal(8, objective.Pool.Count);
        }

        Assert.All(shown.Take(2), step => Assert.Equal(step.New, step.Seen)); // it fills
        var late = shown.Skip(2).SelectMany(step => step.Seen.Except(step.New)).ToArray();
        Assert.InRange(late.Length, 10, 30); // half of 40
        Assert.Subset(shown.SelectMany(step => step.New).ToHashSet(), late.ToHashSet());
        Assert.Equal(0, objective.Pool.Count); // the trainer disposed it
    }

    [Fact]
    public void Objective_WithoutItsInput_SaysSoInTheUsersWords()
    {
        using var trainer = AdversarialTrainer.Create(
            Conv2d(1, 1, 1), new Witness(), new RefinerObjective(history: 8, selfWeight: 0.1));
        using var batch = new Batch(rand(4, 1, 8, 8));

        Assert.Contains(
            "A refiner needs drawn pictures", Assert.Throws<ArgumentException>(() => trainer.Step(batch)).Message,
            StringComparison.Ordinal);
    }
}
