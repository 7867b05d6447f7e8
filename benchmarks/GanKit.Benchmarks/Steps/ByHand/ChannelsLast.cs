using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace GanKit.Benchmarks;

/// <summary>Channels last without a binding for it: a permuted copy has the strides, and libtorch keeps them.</summary>
internal static class ChannelsLast
{
    /// <summary>The same values, with the channels next to each other in memory.</summary>
    internal static Tensor Copy(Tensor maps) => maps.permute(0, 2, 3, 1).contiguous().permute(0, 3, 1, 2);

    /// <summary>
    /// Lays out a network's convolutions; call it before making the optimiser, as parameters are replaced.
    /// </summary>
    internal static void Convert(Module network)
    {
        using var scope = NewDisposeScope();
        // Detached rather than without gradients: libtorch forbids views of a view that was made in that mode.
        foreach (var layer in network.modules())
        {
            if (layer is Convolution convolution)
                convolution.weight = Parameter(Copy(convolution.weight.detach()));
            else if (layer is HandWrittenSpectralConv2d spectral)
                spectral.Weight = Parameter(Copy(spectral.Weight.detach()));
        }
    }
}
