using GanKit.Layers;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace GanKit;

/// <summary>The three kinds of weighted layers in the SNGAN pair, initialised as its authors do.</summary>
internal static class SnganConvolutions
{
    /// <summary>A 3 x 3 convolution of a residual branch: Xavier uniform with ReLU's gain.</summary>
    internal static Module<Tensor, Tensor> Residual(long inChannels, long outChannels, bool spectralNorm) =>
        Convolution(inChannels, outChannels, kernelSize: 3, Gain.Relu, spectralNorm);

    /// <summary>A 1 x 1 convolution of a shortcut: Xavier uniform with gain 1.</summary>
    internal static Module<Tensor, Tensor> Shortcut(long inChannels, long outChannels, bool spectralNorm) =>
        Convolution(inChannels, outChannels, kernelSize: 1, Gain.Linear, spectralNorm);

    /// <summary>The generator's last 3 x 3 convolution: Xavier uniform with gain 1.</summary>
    internal static Module<Tensor, Tensor> ToImage(long inChannels, long outChannels) =>
        Convolution(inChannels, outChannels, kernelSize: 3, Gain.Linear, spectralNorm: false);

    /// <summary>The first or last linear layer: Xavier uniform with gain 1.</summary>
    internal static Module<Tensor, Tensor> Dense(long inFeatures, long outFeatures, bool spectralNorm)
    {
        var linear = Layer.Linear(inFeatures, outFeatures);
        init.xavier_uniform_(linear.weight);
        return spectralNorm ? new SpectralNormLinear(linear) : linear;
    }

    private static Module<Tensor, Tensor> Convolution(
        long inChannels, long outChannels, long kernelSize, double gain, bool spectralNorm)
    {
        var convolution = Layer.Conv2d(inChannels, outChannels, kernelSize, stride: 1, padding: kernelSize / 2);
        init.xavier_uniform_(convolution.weight, gain);
        return spectralNorm ? new SpectralNormConv2d(convolution) : convolution;
    }
}
