using GanKit.Tests.Training;

namespace GanKit.Tests.Objectives;

public class UnconditionalObjectiveTests
{
    private static readonly StepContext Start = new(DiscriminatorStep: 0, GeneratorStep: 0, CPU);

    [Fact]
    public void DiscriminatorLoss_ReachesTheDiscriminatorOnly()
    {
        var (generator, discriminator) = (Tiny.Generator(), Tiny.Discriminator());
        using var batch = Tiny.Batch();
        Tiny.Objective(new GradientPenalty()).Begin(generator, discriminator, batch, Start).DiscriminatorLoss().Total()
            .backward();
        Assert.All(generator.parameters(), parameter => Assert.Null(parameter.grad));
        Assert.All(discriminator.parameters().SkipLast(1), parameter =>
            Assert.True(parameter.grad!.abs().sum().item<float>() > 0));
    }

    [Fact]
    public void GeneratorLoss_ReachesEveryWeightOfTheGenerator()
    {
        var (generator, discriminator) = (Tiny.Generator(), Tiny.Discriminator());
        using var batch = Tiny.Batch();
        Tiny.Objective().Begin(generator, discriminator, batch, Start).GeneratorLoss().Total().backward();
        Assert.All(generator.parameters(), parameter => Assert.True(parameter.grad!.abs().sum().item<float>() > 0));
    }

    [Fact]
    public void RelativisticLoss_ComparesWithRealSamplesInTheGeneratorsTurn()
    {
        var (generator, discriminator) = (Tiny.Generator(), Tiny.Discriminator());
        var objective = new UnconditionalObjective(Tiny.LatentSize, AdversarialLoss.RelativisticAverage);
        using var near = new Batch(zeros(10, 2));
        using var far = new Batch(full(10, 2, 50f));
        manual_seed(1);
        var first = objective.Begin(generator, discriminator, near, Start).GeneratorLoss().Total().item<float>();
        manual_seed(1);
        var second = objective.Begin(generator, discriminator, far, Start).GeneratorLoss().Total().item<float>();
        Assert.NotEqual(first, second, 1e-3f);
    }

    [Fact]
    public void Create_WithoutALossOrALatent_Throws()
    {
        Assert.Throws<ArgumentNullException>(() => new UnconditionalObjective(4, null!));
        Assert.Throws<ArgumentNullException>(() => new UnconditionalObjective((Latent)null!, AdversarialLoss.Hinge));
        Assert.Throws<ArgumentOutOfRangeException>(() => new UnconditionalObjective(0, AdversarialLoss.Hinge));
    }
}
