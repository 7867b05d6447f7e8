using GanKit.Layers;
using static TorchSharp.torch.nn;

namespace GanKit.Tests.Inference;

/// <summary>The modes that networks translate in, hooks, and what a call leaves behind.</summary>
public class TranslateModeTests
{
    public static TheoryData<string> LayersWithAMode { get; } =
        ["BatchNorm2d", "InstanceNorm2d", "Dropout", "Dropout2d", "AlphaDropout", "RReLU", "user's"];

    [Theory]
    [MemberData(nameof(LayersWithAMode))]
    public void Translate_OfAUsersNetworkInAnotherMode_IsRefused(string layer)
    {
        using var scope = NewDisposeScope();
        Module<Tensor, Tensor> inner = layer switch
        {
            "BatchNorm2d" => BatchNorm2d(3),
            "InstanceNorm2d" => InstanceNorm2d(3, track_running_stats: true),
            "Dropout" => Dropout(),
            "Dropout2d" => Dropout2d(),
            "AlphaDropout" => AlphaDropout(),
            "RReLU" => RReLU(),
            _ => new Counting(),
        };
        using var network = Sequential(Conv2d(3, 3, 1), inner, Tanh());
        var images = randn(1, 3, 8, 8);

        Assert.Contains("call eval() on the network first", Refusal(InferenceMode.Own), StringComparison.Ordinal);
        Assert.Contains("network.ForInference(() => new Sequential(", Refusal(InferenceMode.Own), StringComparison.Ordinal);
        network.eval();
        network.Translate(images);
        Assert.DoesNotContain("eval()", Refusal(InferenceMode.AsTrained), StringComparison.Ordinal);
        network.train();
        if (layer is "BatchNorm2d" or "InstanceNorm2d" or "user's")
            Assert.Contains("may learn: use a copy", Refusal(InferenceMode.AsTrained), StringComparison.Ordinal);
        else
            network.Translate(images, new() { Mode = InferenceMode.AsTrained });

        string Refusal(InferenceMode mode) =>
            Assert.Throws<InvalidOperationException>(() => network.Translate(images, new() { Mode = mode })).Message;
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Translate_OfANetworkWithHooks_RunsThem(bool training)
    {
        using var scope = NewDisposeScope();
        using var generator = new ResnetGenerator(width: 2, blocks: 1, norm: Norm.Batch, dropout: true)
        {
            InferenceMode = InferenceMode.RunningStatistics,
        };
        var picture = randn(1, 3, 16, 16);
        var without = generator.Translate(picture);
        var layer = generator.modules().OfType<TorchSharp.Modules.Conv2d>().First();
        layer.register_forward_hook((_, _, output) => output * 2 + 1);
        generator.eval();
        var expected = generator.call(picture).detach();
        generator.train(training);

        TensorAssert.Equal(expected, generator.Translate(picture));
        Assert.False(expected.equal(without).all().item<bool>());
    }

    [Fact]
    public void Translate_OfADisposedNetwork_SaysSo()
    {
        using var picture = randn(3, 8, 8);
        var generator = new ResnetGenerator(width: 1, blocks: 0);
        generator.Dispose();

        var mistake = Assert.Throws<ObjectDisposedException>(() => generator.Translate(picture));

        Assert.Contains("The network is disposed", mistake.Message, StringComparison.Ordinal);
    }

    /// <summary>A graph that waits for its backward pass finds its statistics as they were.</summary>
    [Theory]
    [InlineData("Own")]
    [InlineData("BatchStatistics")]
    [InlineData("AsTrained")]
    public void Translate_WhileABackwardPassWaits_LeavesItsGraphAlone(string mode)
    {
        using var scope = NewDisposeScope();
        using var network = new ResnetGenerator(width: 2, blocks: 1, norm: Norm.Batch, spectralNorm: true);
        var (input, factors) = (randn(2, 3, 8, 8), randn(2, 3, 8, 8));
        network.eval(); // so that both passes are the same
        (network.call(input) * factors).sum().backward();
        var expected = network.parameters().Select(parameter => parameter.grad!.clone()).ToArray();
        network.zero_grad();
        var output = network.call(input);

        network.Translate(randn(2, 3, 8, 8), new() { Mode = (InferenceMode)typeof(InferenceMode).GetProperty(mode)!.GetValue(null)! });
        (output * factors).sum().backward();

        Assert.All(expected.Zip(network.parameters()), pair => TensorAssert.Equal(pair.First, pair.Second.grad!));
    }

    [Fact]
    public void Translate_OfANetworkThatFails_RestoresItsMode()
    {
        using var generator = new UnetGenerator(downs: 5, width: 1);
        using var grey = randn(1, 1, 32, 32);
        generator.eval();

        Assert.Throws<ArgumentException>("images", () => generator.Translate(grey));

        Assert.False(generator.training);
    }

    /// <summary>A layer that counts its calls in training.</summary>
    private sealed class Counting : Module<Tensor, Tensor>
    {
        private readonly Tensor _calls = zeros(1).DetachFromDisposeScope();

        internal Counting() : base(nameof(Counting)) => RegisterComponents();

        public override Tensor forward(Tensor input)
        {
            if (training)
                _calls.add_(1);
            return input.alias();
        }
    }
}
