using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace GanKit.Benchmarks;

/// <summary>DCGAN's networks for images of 64 x 64 pixels, and WGAN-GP's critic: the discriminator without norms.</summary>
internal static class HandWrittenDcgan
{
    private const long Width = 64;

    internal static Module<Tensor, Tensor> Generator()
    {
        return Initialize(Sequential(
            Sequential(ConvTranspose2d(100, 8 * Width, 4, bias: false), BatchNorm2d(8 * Width), ReLU(inplace: true)),
            Stage(8 * Width), Stage(4 * Width), Stage(2 * Width),
            ConvTranspose2d(Width, 3, 4, stride: 2, padding: 1, bias: false), Tanh()));

        static Module<Tensor, Tensor> Stage(long maps) => Sequential(
            ConvTranspose2d(maps, maps / 2, 4, stride: 2, padding: 1, bias: false), BatchNorm2d(maps / 2), ReLU(
                inplace: true));
    }

    internal static Module<Tensor, Tensor> Discriminator()
    {
        return Initialize(Sequential(
            Conv2d(3, Width, 4, stride: 2, padding: 1, bias: false), LeakyReLU(0.2, inplace: true),
            Stage(Width), Stage(2 * Width), Stage(4 * Width),
            Conv2d(8 * Width, 1, 4, bias: false), Flatten()));

        static Module<Tensor, Tensor> Stage(long maps) => Sequential(
            Conv2d(maps, 2 * maps, 4, stride: 2, padding: 1, bias: false), BatchNorm2d(2 * maps), LeakyReLU(
                0.2, inplace: true));
    }

    internal static Module<Tensor, Tensor> Critic()
    {
        return Sequential(
            Stage(3, Width), Stage(Width, 2 * Width), Stage(2 * Width, 4 * Width), Stage(4 * Width, 8 * Width),
            Conv2d(8 * Width, 1, 4), Flatten());

        static Module<Tensor, Tensor> Stage(long inChannels, long outChannels) => Sequential(
            Conv2d(inChannels, outChannels, 4, stride: 2, padding: 1), LeakyReLU(0.2, inplace: true));
    }

    private static Module<Tensor, Tensor> Initialize(Module<Tensor, Tensor> network)
    {
        using var noGrad = no_grad();
        foreach (var module in network.modules())
        {
            if (module is TorchSharp.Modules.Convolution convolution)
                init.normal_(convolution.weight, 0, 0.02);
            else if (module is TorchSharp.Modules.BatchNorm2d { weight: { } scale })
                init.normal_(scale, 1, 0.02);
        }

        return network;
    }
}
