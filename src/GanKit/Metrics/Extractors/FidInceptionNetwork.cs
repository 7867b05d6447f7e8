using TorchSharp.Modules;
using TorchSharp.Utils;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace GanKit.Metrics;

/// <summary>The network of the FID: Inception v3 as TensorFlow released it on 2015-12-05, with torchvision's names.</summary>
internal sealed class FidInceptionNetwork : Module<Tensor, Tensor>
{
    internal const int ImageSize = 299;
    internal const long ClassCount = 1008;

    // The maps after each stage have as many channels as the feature size by which the tools name it.
    private readonly (long Size, Func<Tensor, Tensor>[] Steps)[] _stages;
    [ComponentName(Name = "fc")]
    private readonly Linear _fc;

    internal FidInceptionNetwork() : base(NativeBackend.For(nameof(FidInceptionNetwork)))
    {
        _stages =
        [
            (64, [
                Conv("Conv2d_1a_3x3", 3, 32, 3, stride: 2), Conv("Conv2d_2a_3x3", 32, 32, 3), Conv("Conv2d_2b_3x3", 32, 64, 3, padding: 1),
                Pool]),
            (192, [Conv("Conv2d_3b_1x1", 64, 80, 1), Conv("Conv2d_4a_3x3", 80, 192, 3), Pool]),
            (768, [
                Add("Mixed_5b", InceptionBlock.A(192, 32)), Add("Mixed_5c", InceptionBlock.A(256, 64)),
                Add("Mixed_5d", InceptionBlock.A(288, 64)), Add("Mixed_6a", InceptionBlock.B(288)),
                Add("Mixed_6b", InceptionBlock.C(768, 128)), Add("Mixed_6c", InceptionBlock.C(768, 160)),
                Add("Mixed_6d", InceptionBlock.C(768, 160)), Add("Mixed_6e", InceptionBlock.C(768, 192))]),
            (2048, [
                Add("Mixed_7a", InceptionBlock.D(768)), Add("Mixed_7b", InceptionBlock.E(1280, byMaximum: false)),
                Add("Mixed_7c", InceptionBlock.E(2048, byMaximum: true))]),
        ];
        _fc = Linear(2048, ClassCount);
        RegisterComponents();
        eval();
    }

    internal static IReadOnlyList<long> FeatureSizes { get; } = [64, 192, 768, 2048];

    /// <summary>The features before the classes.</summary>
    public override Tensor forward(Tensor input) => Features(input, 2048);

    /// <summary>The mean over all places after a stage.</summary>
    /// <param name="images">(B, 3, 299, 299), about [-1, 1].</param>
    /// <param name="size">The stage's channels, one of <see cref="FeatureSizes"/>.</param>
    /// <returns>(B, size); the caller owns it.</returns>
    internal Tensor Features(Tensor images, long size)
    {
        var maps = images.alias();
        foreach (var (channels, steps) in _stages)
        {
            foreach (var step in steps)
            {
                using var last = maps;
                maps = step(last);
            }

            if (channels == size)
                break;
        }

        using (maps)
            return maps.mean([2, 3]);
    }

    /// <summary>Logits without the bias, as torch-fidelity's <c>logits_unbiased</c> are.</summary>
    /// <param name="features">(B, 2048).</param>
    internal Tensor Logits(Tensor features)
    {
        using var weight = _fc.weight!.t();
        return features.mm(weight);
    }

    private static Tensor Pool(Tensor maps) => functional.max_pool2d(maps, [3, 3], [2, 2]);

    private Func<Tensor, Tensor> Conv(string name, long from, long to, long kernel, long stride = 1, long padding = 0) =>
        Add(name, new InceptionConvolution(from, to, (kernel, kernel), stride, (padding, padding)));

    private Func<Tensor, Tensor> Add(string name, Module<Tensor, Tensor> module)
    {
        register_module(name, module);
        return module.call;
    }
}
