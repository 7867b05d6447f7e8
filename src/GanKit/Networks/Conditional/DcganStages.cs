using GanKit.Layers;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace GanKit;

/// <summary>Stages that the DCGAN-like conditional networks share.</summary>
internal static class DcganStages
{
    /// <summary>
    /// The DCGAN discriminator without its last convolution: maps (B, width · 2^(halvings - 1), 4, 4) from images.
    /// </summary>
    internal static IEnumerable<nn.Module> Down(int halvings, long channels, long width)
    {
        yield return Layer.Conv2d(channels, width, 4, stride: 2, padding: 1, bias: false);
        yield return new LeakyLayer(0.2, inplace: true);
        var maps = width;
        for (var stage = 1; stage < halvings; stage++, maps *= 2)
        {
            yield return Layer.Conv2d(maps, maps * 2, 4, stride: 2, padding: 1, bias: false);
            yield return new BatchNormalization(maps * 2);
            yield return new LeakyLayer(0.2, inplace: true);
        }
    }

    /// <summary>
    /// Sends maps through modules, and the condition to those of them that take one. What lies between belongs to the
    /// caller's dispose scope.
    /// </summary>
    internal static Tensor Through(this Tensor maps, IEnumerable<nn.Module> modules, Tensor condition)
    {
        foreach (var module in modules)
        {
            maps = module is Module<Tensor, Tensor, Tensor> conditional
                ? conditional.call(maps, condition)
                : ((Module<Tensor, Tensor>)module).call(maps);
        }

        return maps;
    }
}
