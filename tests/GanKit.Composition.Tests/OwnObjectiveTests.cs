namespace Composition;

/// <summary>The plain game in a user's own words, on the base class; the generator is also told the batch's mean.</summary>
internal sealed class MeanHintObjective(Latent latent, IAdversarialLoss loss, double weight)
    : Objective<Module<Tensor, Tensor>, Module<Tensor, Tensor>, Tensor>, ISampler<Module<Tensor, Tensor>>
{
    public Tensor Sample(
        Module<Tensor, Tensor> generator, long count, Device device, Generator? random = null, Tensor? condition = null)
    {
        using var latents = latent.Sample(count, device, random);
        return generator.call(latents);
    }

    protected override Tensor Generate(Module<Tensor, Tensor> generator, Batch batch, StepContext context) =>
        generator.call(latent.Sample(batch.Size, context.Device));

    protected override LossTerms DiscriminatorLoss(
        Module<Tensor, Tensor> discriminator, Batch batch, Tensor fakes, StepContext context) =>
            AdversarialTerms.ForDiscriminator(
            loss, [new R1Penalty(weight: 0.1)], discriminator.call, batch.Real, fakes, context);

    protected override LossTerms GeneratorLoss(
        Module<Tensor, Tensor> generator, Module<Tensor, Tensor> discriminator, Batch batch, Tensor fakes,
        StepContext context)
    {
        var terms = AdversarialTerms.ForGenerator(loss, discriminator.call, batch.Real, fakes, context);
        terms.Add("mean", (fakes.mean() - batch.Real.mean()).square(), weight);
        return terms.Observe("spread", fakes.detach().std());
    }
}

/// <summary>Two critics that judge together, a discriminator of a shape that GanKit has no objective for.</summary>
internal sealed class Jury : Module
{
    public Jury(Module<Tensor, Tensor> first, Module<Tensor, Tensor> second) : base(nameof(Jury))
    {
        (First, Second) = (first, second);
        RegisterComponents();
    }

    public Module<Tensor, Tensor> First { get; }

    public Module<Tensor, Tensor> Second { get; }
}

/// <summary>An objective from scratch, on the interfaces alone: the jurors play different games.</summary>
internal sealed class JuryObjective(Latent latent) : IObjective<Module<Tensor, Tensor>, Jury>, ISampler<Module<Tensor,
Tensor>>
{
    private readonly IRegularizer[] _calm = [new R1Penalty(weight: 0.1)];

    public IRound Begin(Module<Tensor, Tensor> generator, Jury discriminator, Batch batch, StepContext context) =>
        new Round(this, discriminator, batch.Real, generator.call(latent.Sample(batch.Size, context.Device)), context);

    public Tensor Sample(
        Module<Tensor, Tensor> generator, long count, Device device, Generator? random = null, Tensor? condition = null)
    {
        using var latents = latent.Sample(count, device, random);
        return generator.call(latents);
    }

    private sealed class Round(JuryObjective objective, Jury jury, Tensor real, Tensor fake, StepContext context) : IRound
    {
        public LossTerms DiscriminatorLoss() => For(AdversarialLoss.Hinge, jury.First, "_1")
            .Add(For(AdversarialLoss.NonSaturating, jury.Second, "_2"));

        public LossTerms GeneratorLoss() => new()
        {
            { "jury", AdversarialLoss.NonSaturating.GeneratorLoss(jury.First.call(fake) + jury.Second.call(fake)) },
        };

        private LossTerms For(IAdversarialLoss loss, Module<Tensor, Tensor> critic, string suffix) =>
            AdversarialTerms.ForDiscriminator(loss, objective._calm, critic.call, real, fake, context, suffix: suffix);
    }
}

public class OwnObjectiveTests
{
    [Fact]
    public void ObjectiveOnTheBase_WithAnOwnLoss_Learns()
    {
        manual_seed(1);
        Bell.Learns(
            Bell.Discriminator(), new MeanHintObjective(Latent.Normal(Bell.LatentSize), new PearsonLoss(), weight: 0.1));
    }

    [Fact]
    public void ObjectiveFromScratch_WithTwoCritics_Learns()
    {
        manual_seed(1);
        Bell.Learns(
            new Jury(Bell.Discriminator(), Bell.Discriminator()), new JuryObjective(Latent.Normal(Bell.LatentSize)));
    }

    [Fact]
    public void ObjectiveFromScratch_ReportsItsOwnTerms()
    {
        using var trainer = AdversarialTrainer.Create(
            Bell.Generator(), new Jury(Bell.Discriminator(), Bell.Discriminator()),
            new JuryObjective(Latent.Normal(Bell.LatentSize)));
        using var batch = Bell.Batch();

        var metrics = trainer.Step(batch).Metrics;

        Assert.Equal(
            ["D(G(z))_1", "D(G(z))_2", "D(x)_1", "D(x)_2", "discriminator", "discriminator/adversarial_1",
                "discriminator/adversarial_2",
                "discriminator/r1_penalty_1", "discriminator/r1_penalty_2", "generator", "generator/jury"],
            metrics.Keys.Order(StringComparer.Ordinal));
    }

    [Fact]
    public void ObjectiveOnTheBase_TermsAndObservations_AreLogged()
    {
        using var trainer = AdversarialTrainer.Create(Bell.Generator(), Bell.Discriminator(),
            new MeanHintObjective(Latent.Normal(Bell.LatentSize), AdversarialLoss.Hinge, weight: 2));
        using var batch = Bell.Batch();

        var metrics = trainer.Step(batch).Metrics;

        Assert.Equal(metrics["generator/adversarial"] + 2 * metrics["generator/mean"], metrics["generator"], 1e-5);
        Assert.True(metrics["spread"] > 0);
    }
}
