using GanKit.Layers;

namespace GanKit.Tests.PyTorchParity;

/// <summary>Ten whole training steps of pix2pix and CycleGAN against real PyTorch: Fixtures/translation_trajectories.py.</summary>
public class TranslationTrajectoryTests
{
    private const int Steps = 10;

    // A bias before instance norm has a gradient of nothing but rounding errors, and Adam makes steps of them.
    private const double NoiseOfCancelledBiases = 1e-8;

    [Fact]
    public void Pix2Pix_FromTheSameStart_EndsWherePyTorchDoes()
    {
        using var scope = NewDisposeScope();
        var generator = Filled(new UnetGenerator(downs: 5, width: 1));
        var discriminator = Filled(new PatchDiscriminator(6, width: 2, layers: 1));
        using var trainer = AdversarialTrainer.Create(generator, discriminator, new PairedObjective());

        var fixture = Train(trainer, "pix2pix", batch: 2, size: 32);

        generator.AssertEqualsFixture(fixture, "pix2pix.generator", 1e-8, 1e-10);
        discriminator.AssertEqualsFixture(fixture, "pix2pix.discriminator", 1e-8, 1e-10);
    }

    [Theory]
    [InlineData("cyclegan", 0)]
    [InlineData("cyclegan_pool", 2)]
    public void CycleGan_FromTheSameStart_EndsWherePyTorchDoes(string recipe, int poolSize)
    {
        using var scope = NewDisposeScope();
        var generators = new CyclePair<ResnetGenerator>(() => Filled(new ResnetGenerator(width: 2, blocks: 1)));
        var discriminators = new DomainPair<PatchDiscriminator>(() => Filled(new PatchDiscriminator(3, width: 2, layers: 1, norm: Norm.Instance)));
        Weaken(generators.BToA);
        Weaken(discriminators.A);
        var objective = new CycleObjective
        {
            PoolSize = poolSize,
            PoolChoices = (
                new ScriptedChoices((false, 1), (true, 1), (true, 0), (false, 0), (true, 0), (true, 1), (false, 1), (true, 0)),
                new ScriptedChoices((true, 0), (false, 0), (true, 1), (true, 0), (false, 1), (true, 1), (true, 0), (false, 0))),
        };
        using var trainer = AdversarialTrainer.Create(generators, discriminators, objective, new TrainerOptions { Order = StepOrder.GeneratorFirst });

        var fixture = Train(trainer, recipe, batch: 1, size: 16);

        generators.AToB.AssertEqualsFixture(fixture, $"{recipe}.G_A", 1e-8, NoiseOfCancelledBiases);
        generators.BToA.AssertEqualsFixture(fixture, $"{recipe}.G_B", 1e-8, NoiseOfCancelledBiases);
        discriminators.B.AssertEqualsFixture(fixture, $"{recipe}.D_A", 1e-8, NoiseOfCancelledBiases);
        discriminators.A.AssertEqualsFixture(fixture, $"{recipe}.D_B", 1e-8, NoiseOfCancelledBiases);
    }

    private static IReadOnlyDictionary<string, Tensor> Train<TG, TD>(AdversarialTrainer<TG, TD> trainer, string recipe, long batch, long size)
        where TG : nn.Module
        where TD : nn.Module
    {
        var fixture = Fixture.Load("translation_trajectories");
        var losses = fixture[$"{recipe}.losses"];
        for (var step = 0; step < Steps; step++)
        {
            using var data = new Batch(
                ReferenceNetworks.Pattern($"b{step}", batch, 3, size, size), ReferenceNetworks.Pattern($"a{step}", batch, 3, size, size));
            var result = trainer.Step(data);
            // Logged values are float32 whatever the networks are.
            Assert.Equal(losses[step, 0].item<double>(), result.DiscriminatorLoss, 1e-6 * losses[step, 0].item<double>() + 1e-6);
            Assert.Equal(losses[step, 1].item<double>(), result.GeneratorLoss, 1e-6 * losses[step, 1].item<double>());
        }

        return fixture;
    }

    private static TNetwork Filled<TNetwork>(TNetwork network)
        where TNetwork : nn.Module
    {
        network.to(float64);
        ReferenceNetworks.Fill(network);
        return network;
    }

    private static void Weaken(nn.Module network)
    {
        using var noGrad = no_grad();
        foreach (var weight in network.parameters())
            weight.mul_(0.9);
    }

    /// <summary>For each image after the pool is full: whether it changes places, and with which.</summary>
    private sealed class ScriptedChoices(params (bool Swap, int Place)[] choices) : Random
    {
        private int _next;

        public override double NextDouble()
        {
            if (choices[_next].Swap)
                return 0.9;
            _next++;
            return 0.1;
        }

        public override int Next(int maxValue) => choices[_next++].Place;
    }
}
