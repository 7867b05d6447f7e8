using GanKit.Networks;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace GanKit.Benchmarks;

/// <summary>A generator that is put to use.</summary>
/// <param name="Name">Its name on the command line.</param>
/// <param name="Input">Makes what it is given, for a batch of a size.</param>
/// <param name="WithGanKit">Makes the network of GanKit's parts; it is prepared with <c>ForInference</c>.</param>
/// <param name="ByHand">Makes the network of TorchSharp alone; it is called without gradients.</param>
/// <param name="AsTrained">Whether its authors use it as it was trained, with batch statistics and dropout.</param>
internal sealed record InferenceNetwork(
    string Name, Func<int, Tensor> Input, Func<Module<Tensor, Tensor>> WithGanKit, Func<Module<Tensor, Tensor>> ByHand,
    bool AsTrained = false)
{
    internal static IReadOnlyList<InferenceNetwork> All { get; } =
    [
        new("dcgan64", batch => randn(batch, 100, 1, 1), () => new DcganGenerator(), HandWrittenDcgan.Generator),
        new("resnet9_256", batch => RandomImages.Draw(batch, 3, 256), () => new ResnetGenerator(blocks: 9),
            () => HandWrittenResnet.Generator(blocks: 9, width: 64)),
        new("unet_256", batch => RandomImages.Draw(batch, 3, 256), () => new UnetGenerator(downs: 8, dropout: true),
            () => HandWrittenUnet.Generator(downs: 8, width: 64), AsTrained: true),
        new("srgan_x4", batch => RandomImages.Draw(batch, 3, 64), () => new SrganGenerator(scale: 4),
            () => new HandWrittenSrganGenerator()),
    ];

    internal static string[] Names => [.. All.Select(network => network.Name)];

    internal static InferenceNetwork Named(string name) => All.Single(network => network.Name == name);
}
