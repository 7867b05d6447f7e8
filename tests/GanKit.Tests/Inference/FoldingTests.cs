using GanKit.Layers;
using TorchSharp.Modules;
using static TorchSharp.torch.nn;

namespace GanKit.Tests.Inference;

/// <summary>Batch norms become part of the layer before them only where no code of a user's stands between the two.</summary>
public class FoldingTests
{
    public static TheoryData<string> Placements { get; } =
    [
        "convolution", "norm", "transposed", "transposed norm", "instance norm", "dense", "dense norm", "spectral",
        "spectral norm",
    ];

    /// <summary>A hook of a user's changes what a layer gives, and remembers what it saw.</summary>
    [Theory]
    [MemberData(nameof(Placements))]
    public void Call_OfAFactorysNetworkWithHooks_RunsThemOnWhatTheLayersGive(string layer)
    {
        using var scope = NewDisposeScope();
        var seen = new List<Tensor>();
        using var network = Make();
        network.eval();
        using var fast = network.ForInference(Make);
        var input = randn(3, 4, 6, 6);
        using var noGrad = no_grad();

        var (expected, actual) = (network.call(input), fast.call(input));

        TensorAssert.Close(expected, actual, absolute: 1e-5);
        Assert.Equal(4, seen.Count);
        TensorAssert.Close(seen[0], seen[2], absolute: 1e-5);
        TensorAssert.Close(seen[1], seen[3], absolute: 1e-5);

        Sequential Make()
        {
            var made = Sequential(
                ("convolution", Conv2d(4, 4, 3, padding: 1L)), ("norm", Learned(BatchNorm2d(4))),
                ("transposed", ConvTranspose2d(4, 4, 2, stride: 2)), ("transposed norm", Learned(Norm.Batch.Create(4))),
                ("instance", Conv2d(4, 4, 1)), ("instance norm", InstanceNorm2d(4)),
                ("spectral", new SpectralNormConv2d(4, 4, 1)), ("spectral norm", Learned(BatchNorm2d(4))),
                ("flatten", Flatten()), ("dense", Linear(576, 5)), ("dense norm", Learned(BatchNorm1d(5))));
            var hooked = (Module<Tensor, Tensor>)made.named_children().Single(child => child.name == layer).module;
            hooked.register_forward_pre_hook((_, given) =>
            {
                seen.Add(given.clone().DetachFromDisposeScope());
                return given * 1.5;
            });
            hooked.register_forward_hook((_, _, output) =>
            {
                seen.Add(output.clone().DetachFromDisposeScope());
                return output * 2 + 1;
            });
            return made;
        }
    }

    [Fact]
    public void Call_OfAFactorysNetworkThatKeepsFeatures_KeepsThemAsTheyAre()
    {
        using var scope = NewDisposeScope();
        using var network = new Featured();
        Featured? copy = null;
        network.eval();
        using var fast = network.ForInference(() => copy = new Featured());
        var input = randn(2, 4, 6, 6);

        TensorAssert.Close(network.call(input).detach(), fast.call(input), absolute: 1e-5);

        TensorAssert.Close(network.Features!.detach(), copy!.Features!, absolute: 1e-5);
    }

    [Fact]
    public void Call_OfASpectralLayerWhoseOutputIsScaled_EqualsTheNetwork()
    {
        using var scope = NewDisposeScope();
        using var network = Make();
        network.eval();
        using var fast = network.ForInference(Make);
        var input = randn(2, 4);

        TensorAssert.Close(network.call(input).detach(), fast.call(input), absolute: 1e-5);

        static Sequential Make() => Sequential(new Scaled(), Learned(Norm.Batch.Create(4)));
    }

    /// <summary>The norms of a network of ours may be a user's, with hooks on them.</summary>
    [Fact]
    public void Call_OfOurNetworkWithAUsersNorm_RunsItsHooks()
    {
        using var scope = NewDisposeScope();
        var sums = new List<double>();
        var norm = new Norm("Watched", channels =>
        {
            var layer = Learned(Norm.Batch.Create(channels));
            layer.register_forward_pre_hook((_, input) => { sums.Add(input.abs().sum().item<float>()); return input; });
            return layer;
        });
        using var network = new PatchDiscriminator(width: 4, layers: 1, norm: norm);
        network.eval();
        using var fast = network.ForInference();
        var input = randn(2, 3, 8, 8);

        TensorAssert.Close(network.call(input).detach(), fast.call(input), absolute: 1e-5);

        Assert.Equal(2, sums.Count);
        Assert.Equal(sums[0], sums[1], 0.001 * sums[0]);
    }

    private static T Learned<T>(T norm)
        where T : Module<Tensor, Tensor>
    {
        using var noGrad = no_grad();
        var batchNorm = (BatchNorm)(object)norm;
        batchNorm.running_mean!.normal_();
        batchNorm.running_var!.uniform_(0.3, 2);
        batchNorm.weight.normal_(1, 0.3);
        batchNorm.bias!.normal_();
        return norm;
    }

    private sealed class Featured : Module<Tensor, Tensor>
    {
        private readonly Sequential _layers = Sequential(Conv2d(4, 4, 3, padding: 1L), Learned(BatchNorm2d(4)), ReLU());

        internal Featured() : base(nameof(Featured)) => RegisterComponents();

        internal Tensor? Features { get; private set; }

        public override Tensor forward(Tensor input)
        {
            var layers = _layers.children().Cast<Module<Tensor, Tensor>>().ToArray();
            Features = layers[0].call(input).DetachFromDisposeScope();
            return layers[2].call(layers[1].call(Features));
        }
    }

    private sealed class Scaled() : SpectralNormLayer(nameof(Scaled), randn(4, 4), zeros(4))
    {
        public override Tensor forward(Tensor input) => 3 * functional.linear(input, NormalizeWeight(), LayerBias);
    }
}
