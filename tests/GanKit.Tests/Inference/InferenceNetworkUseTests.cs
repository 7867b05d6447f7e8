using System.Runtime.CompilerServices;
using TorchSharp.Modules;
using static TorchSharp.torch.nn;

namespace GanKit.Tests.Inference;

/// <summary>Networks that share weights, are made by factories, or are disposed while they compute.</summary>
public class InferenceNetworkUseTests
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
    public void Call_OfLayersThatLibtorchKeeps_GivesTheSameOnceTheNetworkIsGone()
    {
        using var scope = NewDisposeScope();
        var network = new Recurrent();
        using var fast = network.ForInference(() => new Recurrent());
        var (input, state) = (randn(2, 3), randn(2, 4));
        var expected = network.call(input, state).detach();
        network.Dispose();

        TensorAssert.Close(expected, fast.call(input, state), absolute: 1e-6);
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

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Call_OfANetworkThatWorksInPlace_LeavesItsInputAlone(bool channelsLast)
    {
        using var scope = NewDisposeScope();
        using var network = Make();
        using var fast = network.ForInference(Make, new() { ChannelsLast = channelsLast });
        network.eval();
        foreach (var picture in new[] { randn(2, 3, 4, 5), randn(2, 3, 4, 5).ToChannelsLast() })
        {
            var before = picture.clone();
            fast.call(picture);
            fast.Translate(picture);
            network.Translate(picture);
            TensorAssert.Equal(before, picture);
        }

        static Sequential Make() => Sequential(ReLU(inplace: true), Conv2d(3, 3, 1));
    }

    [Fact]
    public void Translate_OfAPreparedNetworkInAnotherMode_IsRefused()
    {
        using var scope = NewDisposeScope();
        using var unet = new UnetGenerator(downs: 2, width: 2);
        using var resnet = new ResnetGenerator(width: 2, blocks: 0);
        using var drawn = unet.ForInference();
        using var evaluated = resnet.ForInference();
        var picture = randn(1, 3, 8, 8);

        drawn.Translate(picture, new() { Mode = InferenceMode.AsTrained });
        evaluated.Translate(picture, new() { Mode = InferenceMode.RunningStatistics });
        var mistake = Assert.Throws<InvalidOperationException>(
            () => drawn.Translate(picture, new() { Mode = InferenceMode.RunningStatistics }));
        Assert.Contains("give the mode to ForInference", mistake.Message, StringComparison.Ordinal);
        Assert.Contains(
            "prepared already", Assert.Throws<ArgumentException>(() => drawn.ForInference()).Message, StringComparison.Ordinal);
    }

    /// <summary>The mode is the original's, not the factory's.</summary>
    [Fact]
    public void Call_OfAPartWhoseModeWasChanged_GoesByIt()
    {
        using var scope = NewDisposeScope();
        var part = new UnetGenerator(downs: 2, width: 2, dropout: true) { InferenceMode = InferenceMode.RunningStatistics };
        using var network = Sequential(part);
        using var fast = network.ForInference(() => Sequential(new UnetGenerator(downs: 2, width: 2, dropout: true)));
        var input = randn(2, 3, 8, 8);
        network.eval();

        TensorAssert.Close(network.call(input).detach(), fast.call(input), absolute: 1e-5);
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

    [Fact]
    public void Call_OfANetworkThatGivesAnotherNumberOfOutputs_SaysSo()
    {
        using var scope = NewDisposeScope();
        using var network = Flatten(0);
        using var fast = network.ForInference(() => Flatten(0));

        var mistake = Assert.Throws<InvalidOperationException>(() => fast.call(randn(5, 3)));

        Assert.Contains("made (15) of 5 samples", mistake.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void ForInference_ManyTimesUndisposed_GoesWithTheCollector()
    {
        using var scope = NewDisposeScope();
        using var network = new DcganGenerator(16, width: 2, latentSize: 4);
        var prepared = Prepare();
        for (var i = 0; i < 20 && prepared.Any(each => each.IsAlive); i++)
        {
            GC.Collect();
            GC.WaitForPendingFinalizers();
        }

        Assert.DoesNotContain(prepared, each => each.IsAlive);
        network.call(randn(2, 4));

        [MethodImpl(MethodImplOptions.NoInlining)]
        WeakReference[] Prepare() =>
            [.. Enumerable.Range(0, 50).Select(_ => new WeakReference(network.ForInference().Copy))];
    }

    [Fact]
    public void Dispose_DuringACall_LetsTheCallEnd()
    {
        using var scope = NewDisposeScope();
        using var network = new Interrupted();
        Interrupted? copy = null;
        var fast = network.ForInference(() => copy = new Interrupted());
        var input = randn(2, 3);
        var expected = fast.call(input);
        copy!.During = fast.Dispose;

        TensorAssert.Equal(expected, fast.call(input));

        Assert.Throws<ObjectDisposedException>(() => fast.call(input));
        Assert.Empty(copy.parameters());
    }

    [Fact]
    public void Call_WithinACall_ComputesToo()
    {
        using var scope = NewDisposeScope();
        using var network = new Interrupted();
        Interrupted? copy = null;
        using var fast = network.ForInference(() => copy = new Interrupted());
        var input = randn(2, 3);
        var expected = fast.call(input);
        Tensor? inner = null;
        copy!.During = () =>
        {
            copy.During = null;
            inner = fast.call(input).DetachFromDisposeScope();
        };

        TensorAssert.Equal(expected, fast.call(input));
        TensorAssert.Equal(expected, inner!);
        copy.During = () => throw new TimeoutException();
        Assert.Throws<TimeoutException>(() => fast.call(input));
        copy.During = null;
        TensorAssert.Equal(expected, fast.call(input));
    }

    /// <summary>A constant that a network makes at its first call, be it a fast one, can take part in training.</summary>
    [Fact]
    public void Call_ThatMakesAConstant_LeavesTrainingAlone()
    {
        using var scope = NewDisposeScope();
        using var network = new Lazy();
        network.eval();
        using var fast = network.ForInference(() => network.Twin());
        fast.call(randn(2, 3));

        network.call(randn(2, 3)).sum().backward();

        Assert.NotNull(network.Layer.weight.grad);
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

    private sealed class Recurrent : Module<Tensor, Tensor, Tensor>
    {
        private readonly GRUCell _cell = GRUCell(3, 4);

        internal Recurrent() : base(nameof(Recurrent)) => RegisterComponents();

        public override Tensor forward(Tensor input, Tensor state) => _cell.call(input, state);
    }

    private sealed class Interrupted : Module<Tensor, Tensor>
    {
        private readonly Linear _layer = Linear(3, 3);

        internal Interrupted() : base(nameof(Interrupted)) => RegisterComponents();

        internal Action? During { get; set; }

        public override Tensor forward(Tensor input)
        {
            During?.Invoke();
            return _layer.call(input);
        }
    }

    /// <summary>Makes a constant at its first call, which it shares with its twins.</summary>
    private sealed class Lazy : Module<Tensor, Tensor>
    {
        private Lazy[] _twins = [];
        private Tensor? _constant;

        internal Lazy() : base(nameof(Lazy)) => register_module("layer", Layer);

        internal Linear Layer { get; } = Linear(3, 3);

        internal Lazy Twin()
        {
            var twin = new Lazy { _twins = [this] };
            return twin;
        }

        public override Tensor forward(Tensor input)
        {
            _constant ??= (randn(3) + 1).DetachFromDisposeScope();
            foreach (var twin in _twins)
                twin._constant = _constant;
            return Layer.call(input) * _constant;
        }
    }
}
