using TorchSharp.Modules;
using static TorchSharp.torch.nn;

namespace GanKit.Tests.PyTorchParity;

/// <summary>Mixed precision against real PyTorch's: Fixtures/autocast.py.</summary>
public class AutocastParityTests
{
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
        var product = input.matmul(input.transpose(2, 3)).detach();
        var outputs = new List<Tensor> { input };
        using (Precision.BFloat16.Autocast(CPU))
        {
            foreach (var layer in layers)
                outputs.Add(layer.call(outputs[^1]));
            outputs.Add(functional.binary_cross_entropy_with_logits(outputs[^1], fixture["target"]));
            outputs.Add(input.matmul(input.transpose(2, 3)));
            using (Precision.Float32.Autocast(CPU))
                TensorAssert.Equal(product, input.matmul(input.transpose(2, 3)).detach());
        }

        outputs.RemoveAt(0);
        outputs[^2].backward();

        Assert.Equal(fixture["dtypes"].data<long>().Select(index => Dtypes[index]), outputs.Select(output => output.dtype));
        Assert.All(parameters, parameter => Assert.Equal(ScalarType.Float32, parameter.grad!.dtype));
        var recorded = fixture.Under("network/");
        Truth.Near(
            recorded.Where(entry => entry.Key != "error").ToDictionary(),
            [
                .. outputs.Select((output, i) => ($"output/{i}", output)),
                .. parameters.Select(parameter => parameter.grad!).Prepend(input.grad!).Select((grad, i) => ($"gradient/{i}", grad)),
            ],
            dtype: null, Truth.Allowed(recorded["error"].item<double>(), ScalarType.BFloat16));
    }

    /// <summary>
    /// Processors' kernels in 16 bits differ, and so do trajectories. But they are as far from the truth as PyTorch's, within a
    /// factor of four: no farther, and the weights no nearer either, since that would be float32; and each convolution gives
    /// 16 bits.
    /// </summary>
    [Theory]
    [InlineData("bce")]
    [InlineData("hinge_sn")]
    [InlineData("wgan_gp")]
    public void TenSteps_UnderBFloat16_GoAsFarFromTheTruthAsPyTorchs(string recipe)
    {
        using var scope = NewDisposeScope();
        var start = Fixture.Load("trajectories");
        var fixture = Fixture.Load("autocast");
        using var trainer = TrajectoryRecipe.Trainer(recipe, start, ScalarType.Float32, Precision.BFloat16);
        var (generator, discriminator) = (SomeWeights(trainer.Generator), SomeWeights(trainer.Discriminator));
        var (made, judged) = (TypesOfConvolutions(trainer.Generator), TypesOfConvolutions(trainer.Discriminator));

        var (losses, errors) = (start[$"{recipe}.losses"], fixture[$"{recipe}.losses.error"]);
        for (var step = 0; step < errors.shape[0]; step++)
        {
            using var batch = new Batch(start["data"][step % start["data"].shape[0]].clone());
            var result = trainer.Step(batch);
            var allowed = 4 * errors[step].item<double>();
            Truth.AssertLoss(losses[step, 0].item<double>(), result.DiscriminatorLoss, allowed);
            Truth.AssertLoss(losses[step, 1].item<double>(), result.GeneratorLoss, allowed);
        }

        AssertAsFar($"{recipe}.generator", generator, SomeWeights(trainer.Generator));
        AssertAsFar($"{recipe}.discriminator", discriminator, SomeWeights(trainer.Discriminator));
        Assert.Equal(3, made.Count);
        Assert.All(made.Values, types => Assert.Equal([ScalarType.BFloat16], types));
        Assert.Equal(3, judged.Count);
        // The penalty's pass is in 32 bits.
        HashSet<ScalarType> expected = recipe == "wgan_gp" ? [ScalarType.BFloat16, ScalarType.Float32] : [ScalarType.BFloat16];
        Assert.All(judged.Values, types => Assert.True(expected.SetEquals(types)));

        void AssertAsFar(string key, Tensor before, Tensor after)
        {
            var truth = fixture[key];
            var apart = ((after - truth).norm() / (truth - before).norm()).item<double>();
            Assert.InRange(apart, fixture[$"{key}.apart"][0].item<float>() / 4, fixture[$"{key}.apart"][1].item<float>() * 4);
        }
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

    /// <summary>Fills with the types that each convolution gives.</summary>
    private static Dictionary<string, HashSet<ScalarType>> TypesOfConvolutions(nn.Module network)
    {
        var types = new Dictionary<string, HashSet<ScalarType>>();
        foreach (var (name, module) in network.named_modules())
        {
            if (module is not Module<Tensor, Tensor> layer || !layer.GetType().Name.Contains("Conv", StringComparison.Ordinal))
                continue;
            var seen = types[name] = [];
            layer.register_forward_hook((_, _, output) =>
            {
                seen.Add(output.dtype);
                return output;
            });
        }

        return types;
    }

    private static Tensor SomeWeights(nn.Module module) =>
        cat([.. module.parameters().Select(parameter => parameter.detach().flatten())]).slice(0, 0, long.MaxValue, 48)
            .to(ScalarType.Float64, copy: true);

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
