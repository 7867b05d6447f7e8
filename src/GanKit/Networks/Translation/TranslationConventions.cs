using GanKit.Layers;
using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace GanKit.Networks;

/// <summary>
/// Where the reference implementation of pix2pix and CycleGAN has biases: a convolution before instance normalisation
/// has one, before any other choice of normalisation (none too) it has not. Checkpoints depend on it.
/// </summary>
internal static class TranslationBias
{
    internal static bool Before(Norm norm) => ReferenceEquals(norm, Norm.Instance);

    /// <summary>
    /// The reference has no spectral normalisation; with it, a convolution has a bias too where nothing would cancel it.
    /// </summary>
    internal static bool Before(Norm norm, bool spectralNorm) =>
        Before(norm) || (spectralNorm && !norm.RemovesChannelMean);

    /// <summary>The convolution itself, or with spectral normalisation in its place.</summary>
    internal static Module<Tensor, Tensor> WithSpectralNorm(this Conv2d convolution, bool spectralNorm) =>
        spectralNorm ? new SpectralNormConv2d(convolution) : convolution;

    /// <inheritdoc cref="WithSpectralNorm(Conv2d, bool)"/>
    internal static Module<Tensor, Tensor> WithSpectralNorm(this ConvTranspose2d convolution, bool spectralNorm) =>
        spectralNorm ? new SpectralNormConvTranspose2d(convolution) : convolution;
}

/// <summary>
/// The inference mode of pix2pix's and CycleGAN's authors: their programs leave generators in training mode by default. It matters to batch
/// normalisation and dropout alone.
/// </summary>
internal static class PublishedMode
{
    internal static InferenceMode Of(Norm norm, bool dropout) =>
        dropout || norm == Norm.Batch ? InferenceMode.AsTrained : InferenceMode.RunningStatistics;
}
