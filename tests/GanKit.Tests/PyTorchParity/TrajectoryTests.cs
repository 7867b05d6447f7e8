using Xunit.Sdk;

namespace GanKit.Tests.PyTorchParity;

/// <summary>Twenty whole training steps against real PyTorch: Fixtures/trajectories.py.</summary>
public class TrajectoryTests
{
    private const int Steps = 20;

    [Theory]
    [InlineData("bce"), InlineData("lsgan"), InlineData("hinge_sn"), InlineData("wgan_gp")]
    public void TwentySteps_FromTheSameStart_EndWherePyTorchDoes(string recipe)
    {
        using var scope = NewDisposeScope();
        var fixture = Fixture.Load("trajectories");

        Compare(ScalarType.Float64, nudge: 0);
        Assert.ThrowsAny<XunitException>(() => Compare(ScalarType.Float64, Truth.Nudge));
        Compare(ScalarType.Float32, nudge: 0);

        void Compare(ScalarType dtype, double nudge)
        {
            using var trainer = TrajectoryRecipe.Trainer(recipe, fixture, dtype);
            Truth.Change(trainer.Discriminator, nudge);
            var data = fixture["data"].to(dtype);
            var (losses, errors) = (fixture[$"{recipe}.losses"], fixture[$"{recipe}.losses.error"]);
            for (var step = 0; step < Steps; step++)
            {
                using var batch = new Batch(data[step % data.shape[0]].clone());
                var result = trainer.Step(batch);
                AssertLoss(losses[step, 0], result.DiscriminatorLoss, dtype, errors[step]);
                AssertLoss(losses[step, 1], result.GeneratorLoss, dtype, errors[step]);
            }

            if (dtype == ScalarType.Float64)
            {
                trainer.Generator.AssertEqualsFixture(fixture, $"{recipe}.generator", 1e-6, 1e-9);
                trainer.Discriminator.AssertEqualsFixture(fixture, $"{recipe}.discriminator", 1e-6, 1e-9);
            }
            else
            {
                var networks = new (string Name, nn.Module Module)[]
                {
                    ("generator", trainer.Generator), ("discriminator", trainer.Discriminator),
                };
                Truth.Near(
                    networks.SelectMany(network => fixture.Under($"{recipe}.{network.Name}.").Select(
                        entry => ($"{network.Name}/{entry.Key}", entry.Value))).ToDictionary(),
                    networks.SelectMany(network => network.Module.state_dict().Select(
                        entry => ($"{network.Name}/{entry.Key}", entry.Value))),
                    dtype, Truth.Allowed(fixture[$"{recipe}.error"].item<double>(), dtype));
            }
        }
    }

    // Logged values are float32 whatever the networks are.
    private static void AssertLoss(Tensor truth, double actual, ScalarType dtype, Tensor error) => Truth.AssertLoss(
        truth.item<double>(), actual, Math.Max(
            dtype == ScalarType.Float64 ? 0 : 4 * error.item<double>(),
            Truth.Allowed(0, ScalarType.Float32) * Math.Max(1, Math.Abs(truth.item<double>()))));
}
