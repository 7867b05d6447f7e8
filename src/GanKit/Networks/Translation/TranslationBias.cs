using GanKit.Layers;

namespace GanKit;

/// <summary>
/// Where the reference implementation of pix2pix and CycleGAN has biases: a convolution before instance normalisation
/// has one, before any other choice of normalisation (none too) it has not. Checkpoints depend on it.
/// </summary>
internal static class TranslationBias
{
    internal static bool Before(Norm norm) => ReferenceEquals(norm, Norm.Instance);
}
