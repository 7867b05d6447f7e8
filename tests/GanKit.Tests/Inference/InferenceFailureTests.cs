using static TorchSharp.torch.nn;

namespace GanKit.Tests.Inference;

/// <summary>What prepared networks and Translate say of inputs that don't fit.</summary>
public class InferenceFailureTests
{
    [Fact]
    public void Call_LatentsOfWholeNumbers_SaysWhatToDo()
    {
        using var scope = NewDisposeScope();
        var generator = new DcganGenerator(imageSize: 16, channels: 1, latentSize: 8, width: 4);
        var wrong = ones([2, 8], dtype: int64);
        foreach (var network in (Module<Tensor, Tensor>[])[generator, generator.ForInference()])
            Expect<ArgumentException>(() => network.call(wrong), "DcganGenerator takes latents of floating-point numbers, not Int64");

        var own = Sequential(Linear(8, 2)).ForInference(() => Sequential(Linear(8, 2)));
        Expect<ArgumentException>(() => own.call(wrong), "The network Sequential could not compute inputs (2, 8) of Int64",
            "The inputs are of Int64, but the network's weights of Float32");
        Expect<ArgumentException>(() => own.call(randn(2, 5)), "inputs (2, 5) of Float32", "mat1 and mat2", "'0.weight'", "(2, 8)");
        Assert.Equal([2L, 2L], own.call(randn([2, 8], dtype: float64)).shape);
    }

    [Fact]
    public void Call_DisposedOrOnMeta_SaysSo()
    {
        using var scope = NewDisposeScope();
        var network = Sequential(Linear(8, 2)).ForInference(() => Sequential(Linear(8, 2)));
        var gone = randn(2, 8);
        gone.Dispose();
        Expect<ObjectDisposedException>(() => network.call(gone), "The inputs are disposed");
        Expect<ArgumentException>(() => network.call(randn([2, 8], device: META)), "The inputs (2, 8) are on the meta device", "cpu");
    }

    [Fact]
    public void Call_NetworkMakesNullOrAnotherNumber_SaysSo()
    {
        using var scope = NewDisposeScope();
        var silent = new Wrong(_ => null).ForInference(() => new Wrong(_ => null));
        Expect<InvalidOperationException>(() => silent.call(randn(4, 2)), "The network Wrong returned null", "(4, 2)");
        var half = new Wrong(x => x.narrow(0, 0, 2)).ForInference(() => new Wrong(x => x.narrow(0, 0, 2)));
        Expect<InvalidOperationException>(() => half.call(randn(4, 2)), "The network Wrong made (2, 2) of 4 samples (4, 2)");
    }

    [Fact]
    public void Translate_PicturesThatDontFit_SaysWhatWasGiven()
    {
        using var scope = NewDisposeScope();
        var network = Sequential(Conv2d(3, 3, 1));
        network.eval();
        Expect<ArgumentException>(() => network.Translate(randn(1, 4, 4)), "The network Sequential could not compute images (1, 1, 4, 4)",
            "'0.weight', has shape (3, 3, 1, 1)");
        var gone = randn(3, 4, 4);
        gone.Dispose();
        Expect<ObjectDisposedException>(() => network.Translate(gone), "The images are disposed");
        Expect<ArgumentException>(() => network.Translate(randn([3, 4, 4], device: META)), "The images (3, 4, 4) are on the meta device");
        Expect<ArgumentException>(
            () => new StructuralSimilarity().Measure(randn(1, 3, 16, 16), randn([1, 3, 16, 16], device: META)),
            "The images are on cpu and their targets on meta");
    }

    private static void Expect<T>(Action action, params string[] words)
        where T : Exception
    {
        var error = Assert.ThrowsAny<T>(action);
        Assert.All(words, word => Assert.Contains(word, error.Message, StringComparison.Ordinal));
        Assert.DoesNotContain("frame #", error.Message, StringComparison.Ordinal);
    }

    private sealed class Wrong : Module<Tensor, Tensor>
    {
        private readonly TorchSharp.Modules.Linear _layer = Linear(2, 2);
        private readonly Func<Tensor, Tensor?> _after;

        internal Wrong(Func<Tensor, Tensor?> after)
            : base(nameof(Wrong))
        {
            _after = after;
            RegisterComponents();
        }

        public override Tensor forward(Tensor input) => _after(_layer.call(input))!;
    }
}
