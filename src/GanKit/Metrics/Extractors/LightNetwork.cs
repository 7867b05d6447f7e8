using TorchSharp.Modules;
using TorchSharp.Utils;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace GanKit.Metrics;

/// <summary>A small convolutional classifier for square images of up to 32 pixels.</summary>
internal sealed class LightNetwork : Module<Tensor, Tensor>
{
    internal const long FeatureSize = 128;

    [ComponentName(Name = "features")]
    private readonly Sequential _features;
    [ComponentName(Name = "classes")]
    private readonly Linear _classes;

    internal LightNetwork(long channels, long classes) : base(NativeBackend.For(nameof(LightNetwork)))
    {
        _features = Sequential(
            [.. Stage(channels, 32, stride: 1), .. Stage(32, 32, stride: 2), .. Stage(32, 64, stride: 2), .. Stage(64, 128, stride: 2),
                AdaptiveAvgPool2d(4), Flatten(), Linear(128 * 16, FeatureSize), ReLU()]);
        _classes = Linear(FeatureSize, classes);
        RegisterComponents();
    }

    public override Tensor forward(Tensor input)
    {
        using var features = Features(input);
        return Logits(features);
    }

    /// <summary>(B, C, S, S) to (B, 128).</summary>
    internal Tensor Features(Tensor input) => _features.call(input);

    internal Tensor Logits(Tensor features) => _classes.call(features);

    /// <summary>Weights from a generator of their own, so that training takes nothing from the program's random source.</summary>
    internal static LightNetwork Draw(long channels, long classes, long seed)
    {
        var before = get_rng_state();
        LightNetwork network;
        try
        {
            network = new(channels, classes);
        }
        finally
        {
            RandomState.Restore(before); // the constructors of layers draw
            before.Dispose();
        }

        using var scope = NewDisposeScope();
        using var noGrad = no_grad();
        using var generator = new Generator((ulong)seed);
        foreach (var weight in network.parameters().Where(weight => weight.dim() > 1))
            weight.copy_(randn(weight.shape, generator: generator) * Math.Sqrt(2.0 * weight.shape[0] / weight.numel())); // He et al. 2015
        foreach (var layer in network.modules().OfType<Linear>())
            layer.bias!.zero_();
        return network;
    }

    private static Module<Tensor, Tensor>[] Stage(long from, long to, long stride) =>
        [Conv2d(from, to, 3, stride: stride, padding: 1L, bias: false), BatchNorm2d(to), ReLU()];
}
