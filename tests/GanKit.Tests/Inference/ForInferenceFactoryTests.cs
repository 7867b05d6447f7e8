using TorchSharp.Modules;
using static TorchSharp.torch.nn;

namespace GanKit.Tests.Inference;

/// <summary>Networks that are made again, by themselves or by factories: which can be, and which are refused.</summary>
public class ForInferenceFactoryTests
{
    [Fact]
    public void Call_OfOneWeightInTwoLayers_FollowsNoTraining()
    {
        using var scope = NewDisposeScope();
        using var network = new Tied();
        network.eval();
        var weight = network.First.weight;
        var input = randn(2, 4);
        var expected = network.call(input).detach();
        using (var fast = network.ForInference(() => new Tied()))
        {
            for (var i = 0; i < 3; i++)
            {
                TensorAssert.Close(expected, fast.call(input), absolute: 1e-6);
                Assert.True(weight.requires_grad);
                TensorAssert.Close(expected + i, network.call(input).detach(), absolute: 1e-5);
                using var noGrad = no_grad();
                network.Second.bias!.add_(1);
            }
        }

        Assert.Same(weight, network.Second.weight);
        network.call(input).sum().backward();
        Assert.NotNull(weight.grad);
    }

    [Fact]
    public void ForInference_OfAUsersNetwork_AsksForAFactory()
    {
        using var network = new Tied();

        var mistake = Assert.Throws<ArgumentException>("network", () => network.ForInference());

        Assert.Contains("ForInference(() => new Tied(...))", mistake.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void ForInference_OfAFactoryThatMakesAnother_SaysHowTheyDiffer()
    {
        using var scope = NewDisposeScope();
        using var network = Sequential(Conv2d(3, 4, 1), BatchNorm2d(4));

        Refuse("'1.weight' is the network's alone", () => Sequential(Conv2d(3, 4, 1)));
        Refuse("'2.weight' is the factory's alone", () => Sequential(Conv2d(3, 4, 1), BatchNorm2d(4), Linear(1, 1)));
        Refuse("'0.weight' is Float32 (4, 3, 1, 1) in the network and Float32 (4, 3, 3, 3)", () => Sequential(Conv2d(3, 4, 3), BatchNorm2d(4)));
        Refuse("'0.bias' is Float32 (4) in the network and Float32 (1)", () => Sequential(new Odd(), BatchNorm2d(4))); // which broadcasts
        Refuse("is the network itself", () => network);
        Refuse("gave no network", () => null!);

        network.call(randn(2, 3, 4, 4));

        void Refuse(string words, Func<Module<Tensor, Tensor>> factory)
        {
            Module<Tensor, Tensor>? made = null;
            var mistake = Assert.Throws<ArgumentException>(() => network.ForInference(() => made = factory()));
            Assert.Contains(words, mistake.Message, StringComparison.Ordinal);
            Assert.True(made is null || ReferenceEquals(made, network) || !made.parameters().Any()); // it is disposed
        }
    }

    [Fact]
    public void ForInference_WithASeed_LeavesTheRandomStateAlone()
    {
        using var scope = NewDisposeScope();
        using var network = new DcganGenerator(16, width: 2, latentSize: 4);
        manual_seed(5);
        var expected = randn(6);
        manual_seed(5);

        using var fast = network.ForInference();
        using var mine = network.ForInference(() => new DcganGenerator(16, width: 2, latentSize: 4));

        TensorAssert.Equal(expected, randn(6));
    }

    /// <summary>What a factory takes from the original, or gives twice, would be overwritten, and disposed in the end.</summary>
    [Fact]
    public void ForInference_OfAFactoryThatSharesLayers_IsRefusedAndHarmsNothing()
    {
        using var scope = NewDisposeScope();
        var shared = Linear(3, 3);
        using var network = Sequential(shared, ReLU(), Linear(3, 2));
        var input = randn(2, 3);
        var expected = network.call(input).detach();
        var again = new Tied();

        Refuse("has a Linear that the network, or another copy, has too", () => network.ForInference(
            () => Sequential(shared, ReLU(), Linear(3, 2))));
        Refuse("shares '0.weight' with the network", () =>
        {
            var layer = Linear(3, 3);
            layer.weight = shared.weight;
            return network.ForInference(() => Sequential(layer, ReLU(), Linear(3, 2)));
        });
        using var tied = new Tied();
        using var fast = tied.ForInference(() => again);
        Refuse("has a Tied that the network, or another copy", () => tied.ForInference(() => again));

        TensorAssert.Equal(expected, network.call(input).detach());
        Assert.True(network.training && shared.weight.requires_grad);
        fast.call(randn(2, 4));

        static void Refuse(string words, Func<InferenceNetwork> prepare) =>
            Assert.Contains(words, Assert.Throws<ArgumentException>(() => prepare()).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void ForInference_OfANetworkOnAnotherDevice_IsThereToo()
    {
        using var scope = NewDisposeScope();
        using var network = new MlpGenerator((1, 4, 4)).to(META).to(float64);
        using var fast = network.ForInference();

        Assert.All(fast.Copy.parameters(), parameter => Assert.Equal(DeviceType.META, parameter.device_type));
        Assert.All(fast.Copy.parameters(), parameter => Assert.Equal(float64, parameter.dtype));
    }

    [Fact]
    public void ForInference_OfANetworkOfTwoTypes_IsRefusedInWords()
    {
        using var scope = NewDisposeScope();
        using var network = Sequential(Conv2d(3, 4, 1), BatchNorm2d(4).to(float64));

        var mistake = Assert.Throws<ArgumentException>(
            () => network.ForInference(() => Sequential(Conv2d(3, 4, 1), BatchNorm2d(4))));

        Assert.Contains("'1.weight' is Float64 (4) in the network and Float32 (4)", mistake.Message, StringComparison.Ordinal);
    }

    private sealed class Tied : Module<Tensor, Tensor>
    {
        internal Tied()
            : base(nameof(Tied))
        {
            Second.weight = First.weight;
            register_module("first", First);
            register_module("second", Second);
        }

        internal Linear First { get; } = Linear(4, 4);

        internal Linear Second { get; } = Linear(4, 4);

        public override Tensor forward(Tensor input) => Second.call(First.call(input).relu());
    }

    private sealed class Odd : Module<Tensor, Tensor>
    {
        internal Odd() : base(nameof(Odd))
        {
            register_parameter("weight", Parameter(zeros(4, 3, 1, 1)));
            register_parameter("bias", Parameter(zeros(1)));
        }

        public override Tensor forward(Tensor input) => input.alias();
    }
}
