using TorchSharp.Modules;
using static TorchSharp.torch.nn;

namespace GanKit.Tests.PyTorchParity;

/// <summary>Mixed precision against real PyTorch's: Fixtures/autocast.py.</summary>
public class AutocastParityTests
{
    private const double BFloat16Step = 1.0 / 128; // between neighbours, at most, of their size

    private static readonly ScalarType[] Dtypes = [ScalarType.Float32, ScalarType.BFloat16, ScalarType.Float16];

    [Fact]
    public void Network_UnderBFloat16_HasPyTorchsTypesNumbersAndGradients()
    {
        using var scope = NewDisposeScope();
        var fixture = Fixture.Load("autocast");
        Module<Tensor, Tensor>[] layers =
        [
            Conv2d(1, 4, 3, stride: 2, padding: 1), BatchNorm2d(4), LeakyReLU(0.2),
            ConvTranspose2d(4, 2, 4, stride: 2, padding: 1), Tanh(), Flatten(), Linear(32, 5), LayerNorm(5),
        ];
        var parameters = layers.SelectMany(layer => layer.parameters()).ToArray();
        Fill(parameters, fixture["weights"]);

        var input = fixture["x"].requires_grad_(true);
        var outputs = new List<Tensor> { input };
        using (Precision.BFloat16.Autocast(CPU))
        {
            foreach (var layer in layers)
                outputs.Add(layer.call(outputs[^1]));
            outputs.Add(functional.binary_cross_entropy_with_logits(outputs[^1], fixture["target"]));
            outputs.Add(input.matmul(input.transpose(2, 3)));
            using (Precision.Float32.Autocast(CPU))
                outputs.Add(input.matmul(input.transpose(2, 3)));
        }

        outputs.RemoveAt(0);
        outputs[^3].backward();

        Assert.Equal(fixture["dtypes"].data<long>().Select(index => Dtypes[index]), outputs.Select(output => output.dtype));
        AssertClose(fixture["outputs"], outputs);
        Assert.All(parameters, parameter => Assert.Equal(ScalarType.Float32, parameter.grad!.dtype));
        // The first bias stands before a batch norm, which takes it out: its gradient is rounding, as large as its layer's rounds.
        AssertClose(
            fixture["gradients"], parameters.Select(parameter => parameter.grad!).Prepend(input.grad!),
            noise: parameters[0].grad!.abs().max().item<float>(), isNoise: index => index == 2);
    }

    /// <summary>
    /// Ten steps with Adam, whose first updates are all of one size whatever the gradient's: a gradient near zero whose
    /// sign is another in the last bit moves its weight the other way. So the way that all weights went is compared, and
    /// each loss. (With the processor that made the fixture, all are the same to the last bit; others have other kernels.
    /// Without 16-bit ones libtorch rounds more often, and losses are as far from PyTorch's as those in 32 bits.)
    /// </summary>
    [Theory]
    [InlineData("bce")]
    [InlineData("hinge_sn")]
    [InlineData("wgan_gp")]
    public void TenSteps_UnderBFloat16_GoWherePyTorchDoes(string recipe)
    {
        using var scope = NewDisposeScope();
        var start = Fixture.Load("trajectories");
        var fixture = Fixture.Load("autocast");
        using var trainer = TrajectoryRecipe.Trainer(recipe, start, ScalarType.Float32, Precision.BFloat16);
        var (generator, discriminator) = (SomeWeights(trainer.Generator), SomeWeights(trainer.Discriminator));

        var losses = fixture[$"{recipe}.losses"];
        for (var step = 0; step < losses.shape[0]; step++)
        {
            using var batch = new Batch(start["data"][step % start["data"].shape[0]].clone());
            var result = trainer.Step(batch);
            AssertLoss(losses[step, 0].item<double>(), result.DiscriminatorLoss);
            AssertLoss(losses[step, 1].item<double>(), result.GeneratorLoss);
        }

        AssertSameWay(generator, fixture[$"{recipe}.generator"], SomeWeights(trainer.Generator));
        AssertSameWay(discriminator, fixture[$"{recipe}.discriminator"], SomeWeights(trainer.Discriminator));
    }

    [Fact]
    public void LossScaler_OverThousandsOfUpdates_HasTheScalesOfPyTorchs()
    {
        using var scope = NewDisposeScope();
        var fixture = Fixture.Load("autocast");
        var broken = fixture["scaler.broken"].data<long>().ToHashSet();
        var expected = fixture["scaler.scales"];
        var scaler = new LossScaler();
        var (changes, weight) = (0, 0.0);
        for (var update = 0; update < 9000; update++)
        {
            using var gradient = full(2, scaler.Scale);
            if (broken.Contains(update))
                gradient[0] = update % 2 == 1 ? double.PositiveInfinity : double.NaN;
            if (scaler.Unscale([gradient]))
                weight -= gradient[1].item<float>();
            if (changes < expected.shape[0] && expected[changes, 0].item<double>() == update)
                Assert.Equal(expected[changes++, 1].item<double>(), scaler.Scale);
            else
                Assert.Equal(expected[changes - 1, 1].item<double>(), scaler.Scale);
        }

        Assert.Equal(expected.shape[0], changes);
        Assert.Equal(fixture["scaler.weight"][1].item<float>(), weight);
    }

    /// <summary>To one step of bfloat16, of each number or, where terms cancel, of all of them together.</summary>
    private static void AssertClose(
        Tensor expected, IEnumerable<Tensor> actual, float noise = 0, Func<int, bool>? isNoise = null)
    {
        var at = 0L;
        foreach (var (index, tensor) in actual.Index())
        {
            var wanted = expected.narrow(0, at, tensor.numel());
            at += tensor.numel();
            var largest = isNoise?.Invoke(index) is true ? noise : wanted.abs().max().item<float>();
            TensorAssert.Close(
                wanted, tensor.detach().to(ScalarType.Float32).flatten(), BFloat16Step, BFloat16Step * largest);
        }

        Assert.Equal(expected.numel(), at);
    }

    private static void AssertLoss(double expected, double actual)
    {
        if (double.IsNaN(expected))
            Assert.True(double.IsNaN(actual));
        else if (InstructionSet.Has16Bits)
            Assert.Equal(expected, actual, 3e-4); // the first losses in float32 are more apart than this
        else
            Assert.Equal(expected, actual, BFloat16Step / 4 * Math.Max(1, Math.Abs(expected)));
    }

    private static void AssertSameWay(Tensor start, Tensor expected, Tensor actual)
    {
        var apart = ((actual - expected).norm() / (expected - start).norm()).item<float>();
        Assert.True(apart < 0.05, $"The weights end {apart} of the way that PyTorch's went from where those are.");
    }

    private static Tensor SomeWeights(nn.Module module) =>
        cat([.. module.parameters().Select(parameter => parameter.detach().flatten())]).slice(0, 0, long.MaxValue, 48)
            .clone();

    private static void Fill(IEnumerable<Parameter> parameters, Tensor values)
    {
        using var noGrad = no_grad();
        var at = 0L;
        foreach (var parameter in parameters)
        {
            parameter.copy_(values.narrow(0, at, parameter.numel()).reshape(parameter.shape));
            at += parameter.numel();
        }

        Assert.Equal(values.numel(), at);
    }
}
