using GanKit.Layers;
using static TorchSharp.torch.nn;

namespace GanKit.Tests.PyTorchParity;

public class SpectralNormParityTests
{
    public static TheoryData<string> Cases => ["conv", "conv_grouped", "transposed", "linear", "embedding"];

    [Theory]
    [MemberData(nameof(Cases))]
    public void StateDict_HasPyTorchsKeysAndShapes(string name)
    {
        using var scope = NewDisposeScope();
        using var layer = Build(name);
        var fresh = Section($"{name}.fresh.");

        Assert.Equal(fresh.Keys.Order(), layer.state_dict().Keys.Order());
        foreach (var (key, tensor) in layer.state_dict())
            Assert.Equal(fresh[key].shape, tensor.shape);
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void Constructor_AfterPyTorchsSeed_DrawsPyTorchsLayer(string name)
    {
        using var scope = NewDisposeScope();
        var fresh = Section($"{name}.fresh.");

        manual_seed(Cases.Select(c => c.Data).ToList().IndexOf(name));
        using var layer = Build(name);

        // PyTorch's own kernels (ATEN_CPU_CAPABILITY=default and avx2) come to vectors 7.2e-6 apart, from what they draw.
        foreach (var (key, tensor) in layer.state_dict())
            TensorAssert.Close(fresh[key], tensor, relative: 0, absolute: 4 * 7.2e-6);
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void Forward_InTrainingAndEvaluation_FollowsPyTorch(string name)
    {
        using var scope = NewDisposeScope();
        var fixture = Section($"{name}.");
        using var layer = Build(name);
        Truth.Check("spectral_norm", name, (dtype, nudge) =>
        {
            layer.to(dtype);
            layer.load_state_dict(Section($"{name}.state."));
            Truth.Change(layer, nudge);
            layer.zero_grad();
            var input = fixture["input"];
            if (input.is_floating_point())
                input = input.to(dtype).clone().requires_grad_();
            var results = new List<(string, Tensor)>();

            layer.eval();
            Add("eval_before", layer.call(input));

            layer.train();
            var first = layer.call(input);
            Add("train1", first);
            var second = layer.call(input);
            var third = layer.call(input);
            Add("train3", third);
            (first.sin().sum() + second.cos().sum() + third.pow(2).sum()).backward();
            results.AddRange(layer.named_parameters().Select(entry => ($"grad/{entry.name}", entry.parameter.grad!.clone())));
            if (input.requires_grad)
                results.Add(("grad/input", input.grad!));

            layer.eval();
            Add("eval_after", layer.call(input));
            return results;

            void Add(string when, Tensor output)
            {
                results.Add(($"{when}/output", output));
                results.Add(($"{when}/u", layer.get_buffer("parametrizations.weight.0._u")!.clone()));
                results.Add(($"{when}/v", layer.get_buffer("parametrizations.weight.0._v")!.clone()));
            }
        });
    }

    private static SpectralNormLayer Build(string name) => name switch
    {
        "conv" => new SpectralNormConv2d(3, 4, 3, stride: 1, padding: 1),
        "conv_grouped" => new SpectralNormConv2d(
            Conv2d(4, 6, 4, stride: 2, padding: 1, dilation: 1, groups: 2, bias: false)),
        "transposed" => new SpectralNormConvTranspose2d(3, 5, 4, stride: 2, padding: 1),
        "linear" => new SpectralNormLinear(7, 4),
        "embedding" => new SpectralNormEmbedding(6, 4),
        _ => throw new ArgumentOutOfRangeException(nameof(name)),
    };

    private static Dictionary<string, Tensor> Section(string prefix) => Fixture.Load("spectral_norm")
        .Where(entry => entry.Key.StartsWith(prefix, StringComparison.Ordinal))
        .ToDictionary(entry => entry.Key[prefix.Length..], entry => entry.Value);
}
