using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace GanKit.Benchmarks;

/// <summary>PatchGAN with three strided layers.</summary>
internal static class HandWrittenPatch
{
    internal static Module<Tensor, Tensor> Discriminator(long inChannels, long width, bool instanceNorm)
    {
        return Sequential(
            Sequential(Conv2d(inChannels, width, 4, stride: 2, padding: 1), LeakyReLU(0.2, inplace: true)),
            Stage(width, 2), Stage(2 * width, 2), Stage(4 * width, 1),
            Conv2d(8 * width, 1, 4, padding: 1L));

        Module<Tensor, Tensor> Stage(long maps, long stride) => Sequential(
            Conv2d(maps, 2 * maps, 4, stride: stride, padding: 1, bias: instanceNorm),
            instanceNorm ? InstanceNorm2d(2 * maps) : BatchNorm2d(2 * maps),
            LeakyReLU(0.2, inplace: true));
    }
}
