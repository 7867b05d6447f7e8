using GanKit.Layers;
using GanKit.Tests.PyTorchParity;
using static TorchSharp.torch.nn;

namespace GanKit.Tests.Networks;

/// <summary>Every kind of network runs in lower precision, forward and backward, and means the same.</summary>
public class LowerPrecisionTests
{
    private static readonly Dictionary<string, (Func<Module<Tensor, Tensor>> Build, long[] Input)> Cases = new(
        ReferenceNetworks.Cases)
    {
        ["mlp_generator"] = (() => new MlpGenerator((1, 8, 8), latentSize: 8), [4, 8]),
        ["mlp_discriminator"] = (() => new MlpDiscriminator((1, 8, 8)), [4, 1, 8, 8]),
        ["dcgan_generator"] = (() => new DcganGenerator(imageSize: 16, latentSize: 8, width: 4), [4, 8]),
        ["dcgan_discriminator"] = (() => new DcganDiscriminator(imageSize: 16, width: 4), [4, 3, 16, 16]),
        ["sn_dcgan_discriminator"] = (() => new SnDcganDiscriminator(imageSize: 16, width: 8), [4, 3, 16, 16]),
        ["sngan_generator"] = (() => new SnganGenerator(imageSize: 32, latentSize: 8, width: 8), [4, 8]),
        ["sngan_discriminator"] = (() => new SnganDiscriminator(imageSize: 32, width: 8), [4, 3, 32, 32]),
        ["progressive"] = (
            () => Sequential(
                new EqualizedConv2d(3, 8, kernelSize: 3), new PixelNorm(), new EqualizedConv2d(8, 4, kernelSize: 3), new MinibatchStdDev(),
                new EqualizedConv2d(5, 3, kernelSize: 3)),
            [4, 3, 6, 6]),
    };

    public static TheoryData<string, string> Names { get; } = new MatrixTheoryData<string, string>(
        Cases.Keys, ["bfloat16", "float16"]);

    [Theory]
    [MemberData(nameof(Names))]
    public void Network_InLowerPrecision_IsNearFloat32_WithGradientsOfFloat32(string name, string precision)
    {
        using var scope = NewDisposeScope();
        var (build, shape) = Cases[name];
        manual_seed(1);
        var network = build();
        var input = randn(shape);
        var state = network.state_dict().Values.Select(value => value.clone()).ToArray();

        var expected = Run(Precision.Float32);
        var actual = Run(Precision.Parse(precision));

        var apart = ((actual.to(ScalarType.Float32) - expected).norm() / expected.norm()).item<float>();
        Assert.True(apart < 0.1, $"The output is {apart} of its norm away from float32's.");
        foreach (var (key, parameter) in network.named_parameters())
        {
            Assert.True(parameter.grad is not null, $"{key} has no gradient.");
            Assert.Equal(ScalarType.Float32, parameter.grad.dtype);
            TensorAssert.Finite(parameter.grad);
        }

        Tensor Run(Precision precision)
        {
            using (no_grad())
            {
                foreach (var (value, saved) in network.state_dict().Values.Zip(state))
                    value.copy_(saved);
            }

            network.zero_grad();
            manual_seed(2); // dropout
            Tensor output;
            using (precision.Autocast(CPU))
                output = network.call(input);
            output.to(ScalarType.Float32).square().mean().backward();
            return output.detach();
        }
    }
}
