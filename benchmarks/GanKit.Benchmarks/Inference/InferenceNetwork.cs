using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace GanKit.Benchmarks;

/// <summary>A generator that is put to use.</summary>
/// <param name="Name">Its name on the command line.</param>
/// <param name="Input">Makes what it is given, for a batch of a size.</param>
/// <param name="WithGanKit">Makes the network, and how it is called, of GanKit's parts.</param>
/// <param name="ByHand">Makes the network of TorchSharp alone; it is called without gradients.</param>
/// <param name="AsTrained">Whether its authors use it as it was trained, with batch statistics and dropout.</param>
internal sealed record InferenceNetwork(
    string Name, Func<int, Tensor> Input, Func<(Module<Tensor, Tensor> Network, Func<Tensor, Tensor> Call)> WithGanKit,
    Func<Module<Tensor, Tensor>> ByHand, bool AsTrained = false)
{
    internal static IReadOnlyList<InferenceNetwork> All { get; } =
    [
        new("dcgan64", batch => randn(batch, 100, 1, 1), () => Evaluated(new DcganGenerator()), HandWrittenDcgan.Generator),
        new("resnet9_256", batch => RandomImages.Draw(batch, 3, 256), () => Translating(new ResnetGenerator(blocks: 9)),
            () => HandWrittenResnet.Generator(blocks: 9, width: 64)),
        new("unet_256", batch => RandomImages.Draw(batch, 3, 256), () => Translating(new UnetGenerator(downs: 8, dropout: true)),
            () => HandWrittenUnet.Generator(downs: 8, width: 64), AsTrained: true),
        new("srgan_x4", batch => RandomImages.Draw(batch, 3, 64), () => Translating(new SrganGenerator(scale: 4)),
            () => new HandWrittenSrganGenerator()),
    ];

    internal static string[] Names => [.. All.Select(network => network.Name)];

    internal static InferenceNetwork Named(string name) => All.Single(network => network.Name == name);

    private static (Module<Tensor, Tensor> Network, Func<Tensor, Tensor> Call) Evaluated(Module<Tensor, Tensor> network)
    {
        network.eval();
        return (network, Call);

        Tensor Call(Tensor input)
        {
            using (no_grad())
                return network.call(input);
        }
    }

    private static (Module<Tensor, Tensor> Network, Func<Tensor, Tensor> Call) Translating(Module<Tensor, Tensor> network) =>
        (network, images => network.Translate(images));
}
