using static TorchSharp.torch.nn;

namespace GanKit.Tests.PyTorchParity;

public class DcganParityTests
{
    private static readonly Dictionary<string, long[]> Inputs = new()
    {
        ["generator16"] = [3, 5, 1, 1],
        ["generator32"] = [2, 5, 1, 1],
        ["generator64"] = [2, 4, 1, 1],
        ["discriminator16"] = [3, 1, 16, 16],
        ["discriminator32"] = [2, 3, 32, 32],
        ["discriminator64"] = [2, 1, 64, 64],
        ["sn16"] = [3, 1, 16, 16],
        ["sn32"] = [2, 3, 32, 32],
    };

    [Theory]
    [InlineData("generator16")]
    [InlineData("generator32")]
    [InlineData("generator64")]
    [InlineData("discriminator16")]
    [InlineData("discriminator32")]
    [InlineData("discriminator64")]
    [InlineData("sn16")]
    [InlineData("sn32")]
    public void Network_WithPyTorchsState_GivesItsOutputsGradientsAndBuffers(string name)
    {
        using var scope = NewDisposeScope();
        var fixture = Section($"{name}.");
        using var network = Build(name).to(float64);
        AssertKeys(fixture, "train.grad.", network.named_parameters().Select(p => p.name).Append("input"));
        AssertKeys(fixture, "after.", network.named_buffers().Select(b => b.name));
        ReferenceNetworks.Fill(network);
        var input = ReferenceNetworks.Pattern("input", Inputs[name]).requires_grad_();

        foreach (var mode in new[] { "train", "eval" })
        {
            network.train(mode == "train");
            network.zero_grad();
            var output = network.call(input);
            (output * torch.linspace(-1, 1, output.numel(), dtype: float64).reshape(output.shape)).sum().backward();

            Matches($"{mode}.output", output);
            Matches($"{mode}.grad.input", input.grad!);
            foreach (var (key, parameter) in network.named_parameters())
                Matches($"{mode}.grad.{key}", parameter.grad!);
            input.grad!.zero_();
        }

        foreach (var (key, buffer) in network.named_buffers())
            Matches($"after.{key}", buffer);

        void Matches(string key, Tensor actual) =>
            TensorAssert.Close(fixture[key], Thin(actual), relative: 1e-5, absolute: 1e-7);
    }

    [Theory]
    [InlineData("generator")]
    [InlineData("discriminator")]
    public void FreshNetwork_AfterPyTorchsSeed_HasPyTorchsWeights(string name)
    {
        using var scope = NewDisposeScope();

        manual_seed(7);
        using Module<Tensor, Tensor> network = name == "generator"
            ? new DcganGenerator(32, channels: 3, latentSize: 20, width: 8)
            : new DcganDiscriminator(32, channels: 3, width: 8);

        var fresh = Section($"fresh.{name}.");
        Assert.Equal(fresh.Keys.Order(), network.named_parameters().Select(p => p.name).Order());
        foreach (var (key, parameter) in network.named_parameters())
            TensorAssert.Close(fresh[key], Thin(parameter));
    }

    private static Module<Tensor, Tensor> Build(string name) => name switch
    {
        "generator16" => new DcganGenerator(16, channels: 1, latentSize: 5, width: 4),
        "generator32" => new DcganGenerator(32, channels: 3, latentSize: 5, width: 2),
        "generator64" => new DcganGenerator(64, channels: 3, latentSize: 4, width: 1),
        "discriminator16" => new DcganDiscriminator(16, channels: 1, width: 4),
        "discriminator32" => new DcganDiscriminator(32, channels: 3, width: 2),
        "discriminator64" => new DcganDiscriminator(64, channels: 1, width: 1),
        "sn16" => new SnDcganDiscriminator(16, channels: 1, width: 3),
        "sn32" => new SnDcganDiscriminator(32, channels: 3, width: 1),
        _ => throw new ArgumentOutOfRangeException(nameof(name)),
    };

    private static void AssertKeys(Dictionary<string, Tensor> fixture, string prefix, IEnumerable<string> actual) =>
        Assert.Equal(
        fixture.Keys.Where(key => key.StartsWith(prefix, StringComparison.Ordinal)).Select(key => key[prefix.Length..])
            .Order(),
        actual.Order());

    // As the fixture's script thins large tensors.
    private static Tensor Thin(Tensor tensor)
    {
        var values = tensor.detach().to(float32);
        return values.numel() < 200 ? values : values.flatten()[TensorIndex.Slice(step: 23)];
    }

    private static Dictionary<string, Tensor> Section(string prefix) => Fixture.Load("dcgan")
        .Where(entry => entry.Key.StartsWith(prefix, StringComparison.Ordinal))
        .ToDictionary(entry => entry.Key[prefix.Length..], entry => entry.Value);
}
