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
        Layer("SpectralNormConv2d", [16, 64, 16, 16],
            () => new SpectralNormConv2d(64, 128, kernelSize: 3, padding: 1), () =>
                new HandWrittenSpectralConv2d(64, 128, 3)),
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

    private static Tensor Maps(params long[] shape)
    {
        using var random = new Generator(2, CPU);
        return randn(shape, generator: random).requires_grad_(true);
    }
}
