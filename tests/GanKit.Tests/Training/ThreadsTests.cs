namespace GanKit.Tests.Training;

/// <summary>Several threads of libtorch train what one does.</summary>
public class ThreadsTests
{
    [Theory]
    [InlineData("dcgan")]
    [InlineData("wgan-gp")]
    [InlineData("pix2pix")]
    [LibtorchThreads(2)]
    public void TwentySteps_OnTwoThreads_AreTheSameAsOnOne(string recipe)
    {
        using var scope = NewDisposeScope();
        var options = new TrainerOptions { Optimizer = (parameters, rate) => Optimizers.Sgd(parameters, rate * 10, momentum: 0.5) };

        var (several, _) = TwentySteps.Train(recipe, options, float64);
        set_num_threads(1);
        var (one, _) = TwentySteps.Train(recipe, options, float64);

        Assert.All(one, entry => TensorAssert.Close(entry.Value, several[entry.Key], 1e-9, 1e-11));
    }
}
