namespace GanKit.Tests.PyTorchParity;

/// <summary>Twenty whole training steps against real PyTorch: Fixtures/trajectories.py.</summary>
public class TrajectoryTests
{
    private const int Steps = 20;

    [Theory]
    [InlineData("bce", ScalarType.Float64)]
    [InlineData("bce", ScalarType.Float32)]
    [InlineData("lsgan", ScalarType.Float64)]
    [InlineData("lsgan", ScalarType.Float32)]
    [InlineData("hinge_sn", ScalarType.Float64)]
    [InlineData("hinge_sn", ScalarType.Float32)]
    [InlineData("wgan_gp", ScalarType.Float64)]
    [InlineData("wgan_gp", ScalarType.Float32)]
    public void TwentySteps_FromTheSameStart_EndWherePyTorchDoes(string recipe, ScalarType dtype)
    {
        using var scope = NewDisposeScope();
        var fixture = Fixture.Load("trajectories");
        var run = $"{recipe}.{(dtype == ScalarType.Float64 ? "float64" : "float32")}";
        // Twenty Adam steps amplify float32 rounding where a gradient is nearly zero; float64 shows the arithmetic is
        // the same.
        var (relative, absolute) = dtype == ScalarType.Float64 ? (1e-6, 1e-9) : (1e-3, 2e-5);

        using var trainer = TrajectoryRecipe.Trainer(recipe, fixture, dtype);
        var data = fixture["data"].to(dtype);
        var losses = fixture[$"{run}.losses"];
        for (var step = 0; step < Steps; step++)
        {
            using var batch = new Batch(data[step % data.shape[0]].clone());
            var result = trainer.Step(batch);
            AssertLoss(losses[step, 0].item<double>(), result.DiscriminatorLoss, relative);
            AssertLoss(losses[step, 1].item<double>(), result.GeneratorLoss, relative);
        }

        trainer.Generator.AssertEqualsFixture(fixture, $"{run}.generator", relative, absolute);
        trainer.Discriminator.AssertEqualsFixture(fixture, $"{run}.discriminator", relative, absolute);
    }

    private static void AssertLoss(double expected, double actual, double relative)
    {
        // Logged values are float32 whatever the networks are.
        if (double.IsNaN(expected))
            Assert.True(double.IsNaN(actual), "The generator was updated in a step in which PyTorch did not.");
        else
            Assert.Equal(expected, actual, Math.Max(relative, 1e-6) * Math.Max(1, Math.Abs(expected)));
    }
}
