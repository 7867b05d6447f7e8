using static TorchSharp.torch.nn;

namespace GanKit.Tests.Initialization;

public class InitializerTests
{
    // (name, initialiser, standard deviation of a weight from its fan-in and fan-out, whether uniform)
    private static readonly
        (string Name, IInitializer Initializer, Func<double, double, double> Std, bool Uniform)[] Rules =
    [
        ("Dcgan", Initializer.Dcgan, (_, _) => 0.02, false),
        ("Normal", Initializer.Normal(0.3), (_, _) => 0.3, false),
        ("XavierNormal", Initializer.XavierNormal(), (i, o) => Math.Sqrt(2 / (i + o)), false),
        ("XavierNormal tanh", Initializer.XavierNormal(Gain.Tanh), (i, o) => 5.0 / 3 * Math.Sqrt(2 / (i + o)), false),
        ("XavierUniform", Initializer.XavierUniform(0.5), (i, o) => 0.5 * Math.Sqrt(2 / (i + o)), true),
        ("KaimingNormal", Initializer.KaimingNormal(), (i, _) => Math.Sqrt(2 / i), false),
        ("KaimingNormal out", Initializer.KaimingNormal(Gain.LeakyRelu(0.2), Fan.Out),
            (_, o) => Math.Sqrt(2 / 1.04 / o), false),
        ("KaimingUniform", Initializer.KaimingUniform(), (i, _) => Math.Sqrt(2 / i), true),
        ("KaimingUniform selu", Initializer.KaimingUniform(Gain.Selu), (i, _) => 0.75 / Math.Sqrt(i), true),
    ];

    public static TheoryData<string, string> RulesAndLayers =>
        new MatrixTheoryData<string, string>(
            Rules.Select(rule => rule.Name), ["linear", "conv", "grouped", "transposed"]);

    [Theory]
    [MemberData(nameof(RulesAndLayers))]
    public void Initialize_OfEveryLayer_HasTheClosedFormsMoments(string rule, string kind)
    {
        using var scope = NewDisposeScope();
        // PyTorch's fans: the weight's second and first dimension, times the kernel.
        var (layer, fanIn, fanOut) = kind switch
        {
            "linear" => ((Module)Linear(300, 200), 300, 200),
            "conv" => (Conv2d(80, 50, 4), 80 * 16, 50 * 16),
            "grouped" => (Conv2d(80, 120, 3, groups: 2, stride: 1, padding: 0L), 40 * 9, 120 * 9),
            _ => (ConvTranspose2d(80, 50, 4), 50 * 16, 80 * 16),
        };
        using var owned = layer;
        var (_, initializer, std, uniform) = Rules.Single(r => r.Name == rule);
        var expected = std(fanIn, fanOut);
        var weight = layer.get_parameter("weight")!;

        layer.Initialize(initializer, new Generator(1));

        using var noGrad = no_grad();
        var standardError = expected / Math.Sqrt(weight.numel());
        Assert.InRange(weight.mean().item<float>(), -5 * standardError, 5 * standardError);
        Assert.InRange(weight.std().item<float>(), expected - 5 * standardError, expected + 5 * standardError);
        var largest = weight.abs().max().item<float>() / expected;
        if (uniform)
            Assert.InRange(largest, 0.999 * Math.Sqrt(3), 1.0001 * Math.Sqrt(3));
        else
            Assert.InRange(largest, 3, 7);
        TensorAssert.Equal(torch.zeros_like(layer.get_parameter("bias")!), layer.get_parameter("bias")!);
    }

    [Fact]
    public void Initialize_OfNormalisations_SetsScalesAndShifts()
    {
        using var scope = NewDisposeScope();
        using var network = Sequential(
            BatchNorm2d(20_000), InstanceNorm2d(20_000, affine: true), GroupNorm(2, 20_000), LayerNorm(20_000));
        void Spoil()
        {
            using var noGrad = no_grad();
            foreach (var parameter in network.parameters())
                parameter.fill_(9);
        }

        Spoil();
        network.Initialize(Initializer.Dcgan);
        foreach (var (name, parameter) in network.named_parameters())
        {
            var isScale = name.EndsWith("weight", StringComparison.Ordinal);
            Assert.InRange(parameter.mean().item<float>(), isScale ? 0.999f : 0, isScale ? 1.001f : 0);
            Assert.InRange(parameter.std().item<float>(), isScale ? 0.0195f : 0, isScale ? 0.0205f : 0);
        }

        Spoil();
        network.Initialize(Initializer.Orthogonal());
        foreach (var (name, parameter) in network.named_parameters())
        {
            var expected = name.EndsWith("weight", StringComparison.Ordinal) ? 1 : 0;
            TensorAssert.Equal(torch.full_like(parameter, expected), parameter);
        }
    }

    [Fact]
    public void Initialize_OfLayersWithoutParameters_LeavesThemAlone()
    {
        using var network = Sequential(
            BatchNorm2d(3, affine: false), InstanceNorm2d(3), Conv2d(3, 3, 3, bias: false, padding: 1L), ReLU());

        network.Initialize(Initializer.Dcgan).Initialize(Initializer.XavierUniform());

        Assert.Single(network.parameters());
    }

    [Fact]
    public void Initialize_OfOtherKinds_LeavesThemAlone()
    {
        using var scope = NewDisposeScope();
        using var network = Sequential(("embedding", Embedding(5, 3)), ("slope", PReLU(3)));
        var before = network.parameters().Select(p => p.detach().clone()).ToArray();

        network.Initialize(Initializer.Dcgan);

        foreach (var (expected, parameter) in before.Zip(network.parameters()))
            TensorAssert.Equal(expected, parameter);
    }

    [Fact]
    public void Initialize_OfACustomModule_FillsNestedLayersInPlace()
    {
        using var scope = NewDisposeScope();
        using var network = new Custom();
        var before = network.parameters().ToArray();

        var same = network.Initialize(Initializer.Normal(std: 0));

        Assert.Same(network, same);
        Assert.Equal(before.Select(p => p.Handle), network.parameters().Select(p => p.Handle));
        Assert.All(network.parameters(), p => Assert.True(p.requires_grad && p.is_leaf));
        TensorAssert.Equal(torch.zeros(4, 3), network.get_parameter("_inner.0.weight")!);
        TensorAssert.Equal(torch.zeros(2, 4), network.get_parameter("_outer.weight")!);
    }

    [Fact]
    public void Initialize_WithAnOptimizer_LeavesItValid()
    {
        using var scope = NewDisposeScope();
        using var layer = Linear(3, 2);
        using var optimizer = optim.SGD(layer.parameters(), learningRate: 1);
        layer.Initialize(Initializer.Normal(std: 0));

        layer.call(torch.ones(1, 3)).sum().backward();
        optimizer.step();

        TensorAssert.Equal(torch.full(2, 3, -1f), layer.weight);
    }

    [Fact]
    public void Initialize_WithAGenerator_IsReproducibleAndLeavesTheGlobalSourceAlone()
    {
        using var scope = NewDisposeScope();
        using var layer = Conv2d(3, 8, 3);
        foreach (var initializer in new[] { Initializer.Dcgan, Initializer.XavierUniform(), Initializer.Orthogonal() })
        {
            manual_seed(3);
            var untouched = rand(4);
            manual_seed(3);
            var first = layer.Initialize(initializer, new Generator(5)).weight.detach().clone();
            TensorAssert.Equal(untouched, rand(4));
            var second = layer.Initialize(initializer, new Generator(5)).weight.detach().clone();
            var third = layer.Initialize(initializer, new Generator(6)).weight.detach().clone();

            TensorAssert.Equal(first, second);
            Assert.False(first.allclose(third));
        }
    }

    [Fact]
    public void Initialize_WithAnInitializerOfOnesOwn_VisitsChildrenBeforeParents()
    {
        using var network = new Custom();
        var recorder = new Recorder();

        network.Initialize(recorder);

        Assert.Equal(["Linear", "ReLU", "Sequential", "Linear", "Custom"], recorder.Visited);
    }

    [Fact]
    public void Catalogue_WithImpossibleFactors_NamesThem()
    {
        Assert.Throws<ArgumentOutOfRangeException>("std", () => Initializer.Normal(-1));
        Assert.Throws<ArgumentOutOfRangeException>("normStd", () => Initializer.Normal(1, double.NaN));
        Assert.Throws<ArgumentOutOfRangeException>("gain", () => Initializer.XavierNormal(-1));
        Assert.Throws<ArgumentOutOfRangeException>("gain", () => Initializer.KaimingUniform(double.PositiveInfinity));
        var error = Assert.Throws<ArgumentOutOfRangeException>("gain", () => Initializer.Orthogonal(-0.5));
        Assert.Contains("at least 0, not -0.5", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Gain_OfEveryActivation_IsPyTorchs()
    {
        Assert.Equal(Math.Sqrt(2), Gain.Relu);
        Assert.Equal(Gain.Relu, Gain.LeakyRelu(0));
        Assert.Equal(1.3867504905630728, Gain.LeakyRelu(0.2), 1e-15);
        Assert.Equal(5.0 / 3, Gain.Tanh);
        Assert.Equal(0.75, Gain.Selu);
        Assert.Equal(1, Gain.Linear);
    }

    private sealed class Custom : Module<Tensor, Tensor>
    {
        private readonly TorchSharp.Modules.Sequential _inner = Sequential(Linear(3, 4), ReLU());
        private readonly TorchSharp.Modules.Linear _outer = Linear(4, 2);

        public Custom() : base(nameof(Custom)) => RegisterComponents();

        public override Tensor forward(Tensor input) => _outer.call(_inner.call(input));
    }

    private sealed class Recorder : IInitializer
    {
        public List<string> Visited { get; } = [];

        public void InitializeLayer(Module layer, Generator? generator) => Visited.Add(layer.GetType().Name);
    }
}
