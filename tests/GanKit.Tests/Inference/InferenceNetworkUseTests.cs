using System.Runtime.CompilerServices;
using TorchSharp.Modules;
using static TorchSharp.torch.nn;

namespace GanKit.Tests.Inference;

/// <summary>Networks that share weights, are made by factories, or are disposed while they compute.</summary>
public class InferenceNetworkUseTests
{
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
