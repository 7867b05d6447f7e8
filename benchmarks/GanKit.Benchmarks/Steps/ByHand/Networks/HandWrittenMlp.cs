using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace GanKit.Benchmarks;

/// <summary>The MLP GAN for images of 28 x 28 pixels.</summary>
internal static class HandWrittenMlp
{
    internal static Module<Tensor, Tensor> Generator() => Sequential(
        Linear(100, 128), LeakyReLU(0.2, inplace: true),
        Linear(128, 256), BatchNorm1d(256), LeakyReLU(0.2, inplace: true),
        Linear(256, 512), BatchNorm1d(512), LeakyReLU(0.2, inplace: true),
        Linear(512, 1024), BatchNorm1d(1024), LeakyReLU(0.2, inplace: true),
        Linear(1024, 28 * 28), Tanh(), Unflatten(1, [1, 28, 28]));

    internal static Module<Tensor, Tensor> Discriminator() => Sequential(
        Flatten(),
        Linear(28 * 28, 512), LeakyReLU(0.2, inplace: true),
        Linear(512, 256), LeakyReLU(0.2, inplace: true),
        Linear(256, 1));
}
