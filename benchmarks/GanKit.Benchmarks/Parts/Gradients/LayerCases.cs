using GanKit.Layers;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace GanKit.Benchmarks;

/// <summary>The layers that are measured, each with the shape of its input.</summary>
internal static class LayerCases
{
    private static readonly Tensor Labels = arange(16, dtype: int64).remainder(10); // (B)

    internal static IReadOnlyList<GradientCase> All { get; } =
    [
        Layer("ConvBlock", [16, 64, 32, 32],
            () => new ConvBlock(
                64, 128, kernelSize: 4, stride: 2, norm: Norm.Batch, activation: LeakyReLU(0.2, inplace: true)),
            HandWrittenLayers.ConvBlock),
        Layer("ConvTransposeBlock", [16, 128, 16, 16],
            () => new ConvTransposeBlock(128, 64, norm: Norm.Batch, activation: ReLU(inplace: true)),
            HandWrittenLayers.ConvTransposeBlock),
        Layer("DownBlock", [8, 64, 32, 32], () => new DownBlock(64, 128), HandWrittenLayers.DownBlock),
        Layer("UpBlock", [8, 128, 16, 16], () => new UpBlock(128, 64, Norm.Pixel), HandWrittenLayers.UpBlock),
        Layer("ResidualBlock", [4, 64, 32, 32], () =>
            new ResidualBlock(64, Norm.Instance), HandWrittenLayers.ResidualBlock),
        Layer("SpectralNormConv2d", [16, 64, 16, 16],
            () => new SpectralNormConv2d(64, 128, kernelSize: 3, padding: 1), () =>
                new HandWrittenSpectralConv2d(64, 128, 3)),
        Layer("SelfAttention", [8, 64, 32, 32], () => WithGamma(new SelfAttention(64)), HandWrittenLayers.SelfAttention),
        Layer("MinibatchStdDev", [16, 512, 4, 4], () => new MinibatchStdDev(), HandWrittenLayers.MinibatchStdDev),
        Layer("PixelNorm", [16, 128, 32, 32], () => new PixelNorm(), HandWrittenLayers.PixelNorm),
        Layer("EqualizedConv2d", [16, 64, 16, 16],
            () => new EqualizedConv2d(64, 128, kernelSize: 3), HandWrittenLayers.EqualizedConv2d(64, 128)),
        new("ConditionalBatchNorm2d", () => Conditional(new ConditionalBatchNorm2d(128, Conditioning.Classes(10))),
            () => HandWrittenLayers.ConditionalBatchNorm2d(Maps(16, 128, 16, 16), Labels)),
    ];

    private static GradientCase Layer(
        string name, long[] shape, Func<Module<Tensor, Tensor>> ganKit, Func<Module<Tensor, Tensor>> byHand) =>
        Layer(name, shape, ganKit, input => Of(byHand(), input));

    private static GradientCase Layer(
        string name, long[] shape, Func<Module<Tensor, Tensor>> ganKit, Func<Tensor, Work> byHand) =>
        new(name, () => Of(ganKit(), Maps(shape)), () => byHand(Maps(shape)));

    private static Work Of(Module<Tensor, Tensor> layer, Tensor input) =>
        new([.. layer.state_dict().Values], [input, .. layer.parameters()], () => layer.call(input));

    private static Work Conditional(ConditionalBatchNorm2d layer)
    {
        var input = Maps(16, 128, 16, 16);
        return new([.. layer.state_dict().Values], [input, .. layer.parameters()], () => layer.call(input, Labels));
    }

    /// <summary>At its first value of 0, gamma would hide what is attended to.</summary>
    private static SelfAttention WithGamma(SelfAttention layer)
    {
        using var noGrad = no_grad();
        layer.state_dict()["gamma"].fill_(0.5);
        return layer;
    }

    private static Tensor Maps(params long[] shape)
    {
        using var random = new Generator(2, CPU);
        return randn(shape, generator: random).requires_grad_(true);
    }
}
