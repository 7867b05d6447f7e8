using TorchSharp.Modules;
using static TorchSharp.torch;

namespace GanKit.Layers;

/// <summary>TorchSharp's layers with weights, which the library's networks consist of, as a <see cref="Blueprint"/> wants them.</summary>
internal static class Layer
{
    internal static Conv2d Conv2d(
        long inChannels, long outChannels, long kernelSize, long stride = 1, long padding = 0, bool bias = true) =>
        nn.Conv2d(inChannels, outChannels, kernelSize, stride, padding, bias: bias, device: Blueprint.NextDevice);

    internal static ConvTranspose2d ConvTranspose2d(
        long inChannels, long outChannels, long kernelSize, long stride = 1, long padding = 0, long outputPadding = 0, bool bias = true) =>
        nn.ConvTranspose2d(
            inChannels, outChannels, kernelSize, stride, padding, outputPadding, bias: bias, device: Blueprint.NextDevice);

    internal static Linear Linear(long inFeatures, long outFeatures, bool bias = true) =>
        nn.Linear(inFeatures, outFeatures, bias, Blueprint.NextDevice);

    /// <summary>One slope for all channels.</summary>
    internal static PReLU PReLU() => nn.PReLU(1, device: Blueprint.NextDevice);
}
