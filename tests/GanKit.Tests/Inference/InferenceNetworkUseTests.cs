using TorchSharp.Modules;
using static TorchSharp.torch.nn;

namespace GanKit.Tests.Inference;

/// <summary>Networks that share weights, have unsaved buffers, lose parts, or are called while they compute.</summary>
public class InferenceNetworkUseTests
{
    [Fact]
    public void Call_OfOneWeightInTwoLayers_LeavesItInBothAndFollowsNoTraining()
    {
        using var scope = NewDisposeScope();
        using var network = new Tied();
        var weight = network.First.weight!;
        var input = randn(2, 4);
        var expected = network.call(input).detach();
        using (var fast = network.ForInference())
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
    public void Call_OfABufferThatIsNotSaved_NeitherWritesToItNorFollowsIt()
    {
        using var scope = NewDisposeScope();
        using var network = new Counting();
        using var fast = network.ForInference();
        var input = zeros(1);

        Assert.Equal(1, fast.call(input).item<float>());
        Assert.Equal(0, network.Calls.item<float>());
        network.Calls.add_(5);
        Assert.Equal(1, fast.call(input).item<float>());
        using (InferenceMode.Own.Apply(network))
            network.call(input);
        Assert.Equal(5, network.Calls.item<float>());
    }

    [Fact]
    public void Call_AfterAPartWasDisposed_GivesTheSame()
    {
        using var scope = NewDisposeScope();
        var convolution = Conv2d(3, 4, 1);
        using var network = Sequential(convolution, BatchNorm2d(4));
        using var fast = network.ForInference();
        var input = randn(2, 3, 4, 4);
        var expected = fast.call(input);
        convolution.Dispose();

        TensorAssert.Equal(expected, fast.call(input));

        var layer = Linear(4, 4); // whose module itself TorchSharp leaves undisposed
        using var alone = layer.ForInference();
        expected = alone.call(input);
        layer.Dispose();
        TensorAssert.Equal(expected, alone.call(input));
    }

    [Fact]
    public void Call_DuringACall_IsRefusedAndSpoilsNothing()
    {
        using var scope = NewDisposeScope();
        using var network = new Interrupted();
        using var fast = network.ForInference();
        using var other = network.ForInference();
        using var ofPart = network.Layer.ForInference();
        var input = randn(2, 3);
        var expected = fast.call(input);
        var weight = network.Layer.weight!.detach().clone();

        network.During = () =>
        {
            network.During = null;
            Refuse(() => fast.call(input));
            Refuse(() => other.call(input));
            Refuse(() => ofPart.call(input));
            Refuse(() => network.ForInference());
            Refuse(fast.Dispose);
            Refuse(other.Dispose);
            Exception? thrown = null;
            var elsewhere = new Thread(() => thrown = Record.Exception(() => other.call(input)));
            elsewhere.Start();
            elsewhere.Join();
            Assert.IsType<InvalidOperationException>(thrown);
        };
        TensorAssert.Equal(expected, fast.call(input));
        Assert.Null(network.During);

        TensorAssert.Equal(weight, network.Layer.weight!.detach());
        TensorAssert.Equal(expected, other.call(input));
        ofPart.call(input);

        static void Refuse(Action action) => Assert.Contains(
            "is computing for what ForInference made", Assert.Throws<InvalidOperationException>(action).Message,
            StringComparison.Ordinal);
    }

    [Fact]
    public void Call_ThatFailed_IsOverForTheNext()
    {
        using var scope = NewDisposeScope();
        using var network = new Interrupted();
        using var fast = network.ForInference();
        var input = randn(2, 3);
        network.During = () => throw new TimeoutException();
        Assert.Throws<TimeoutException>(() => fast.call(input));
        network.During = null;

        TensorAssert.Close(network.call(input).detach(), fast.call(input), absolute: 1e-6);
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

    private sealed class Counting : Module<Tensor, Tensor>
    {
        internal Counting()
            : base(nameof(Counting)) => register_buffer("calls", Calls, persistent: false);

        internal Tensor Calls { get; } = zeros(1).DetachFromDisposeScope();

        public override Tensor forward(Tensor input) => input + Calls.add_(1);

        protected override void Dispose(bool disposing)
        {
            if (disposing)
                Calls.Dispose(); // TorchSharp leaves it
            base.Dispose(disposing);
        }
    }

    private sealed class Interrupted : Module<Tensor, Tensor>
    {
        internal Interrupted()
            : base(nameof(Interrupted)) => register_module("layer", Layer);

        internal Linear Layer { get; } = Linear(3, 3);

        internal Action? During { get; set; }

        public override Tensor forward(Tensor input)
        {
            During?.Invoke();
            return Layer.call(input);
        }
    }
}
