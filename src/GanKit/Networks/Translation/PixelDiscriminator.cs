using GanKit.Layers;
using TorchSharp.Modules;
using TorchSharp.Utils;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace GanKit.Networks;

/// <summary>
/// The PixelGAN discriminator of pix2pix, a PatchGAN of 1 x 1: it judges the colour of each pixel and sees no structure.
/// </summary>
/// <remarks>
/// Three 1 x 1 convolutions with w, 2w and 1 feature maps, LeakyReLU of slope 0.2 between them, and a normalisation
/// after the second.
/// <para>
/// Layers, state keys (<c>net.0.weight</c>, <c>net.2.weight</c>, <c>net.3.*</c>, <c>net.5.weight</c>) and biases are
/// those of the authors' PyTorch implementation: it gives biases to the second and the last convolution with
/// <see cref="Norm.Instance"/>, and not with any other normalisation.
/// </para>
/// <para>
/// A fresh network is initialised by <see cref="Initializer.Dcgan"/> from the global random source, as there.
/// </para>
/// <para>
/// Isola, Zhu, Zhou, Efros: Image-to-Image Translation with Conditional Adversarial Networks, CVPR 2017,
/// arXiv:1611.07004.
/// </para>
/// </remarks>
[Samplewise]
public sealed class PixelDiscriminator : Module<Tensor, Tensor>, IFeatureDiscriminator, IRebuildable
{
    [ComponentName(Name = "net")]
    private readonly Sequential _net;

    /// <summary>Builds the network on the CPU, in training mode.</summary>
    /// <param name="inChannels">
    /// Channels of what is judged: 3 for a colour image (the default), 6 for a pair of them.
    /// </param>
    /// <param name="width">Feature maps of the first convolution, <c>ndf</c> in the reference; 64 there.</param>
    /// <param name="norm">
    /// The normalisation. Default: <see cref="Norm.Batch"/>, pix2pix's, with <paramref name="spectralNorm"/> too.
    /// <see cref="Norm.None"/> leaves it out.
    /// </param>
    /// <param name="spectralNorm">
    /// Whether all convolutions have spectral normalisation. Default: no, as in the reference.
    /// </param>
    /// <exception cref="ArgumentOutOfRangeException">A number is not positive.</exception>
    public PixelDiscriminator(long inChannels = 3, long width = 64, Norm? norm = null, bool spectralNorm = false)
        : base(NativeBackend.For(nameof(PixelDiscriminator)))
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(inChannels);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(width);
        (InChannels, Width) = (inChannels, width);
        (Norm, SpectralNorm) = (norm ?? Norm.Batch, spectralNorm);
        var bias = TranslationBias.Before(Norm, spectralNorm);

        _net = Sequential(
            Layer.Conv2d(inChannels, width, 1).WithSpectralNorm(spectralNorm), new LeakyLayer(0.2, inplace: true),
            Layer.Conv2d(width, 2 * width, 1, bias: bias).WithSpectralNorm(spectralNorm), Norm.Create(2 * width),
            new LeakyLayer(0.2, inplace: true),
            Layer.Conv2d(2 * width, 1, 1, bias: bias).WithSpectralNorm(spectralNorm));
        RegisterComponents();
        this.Initialize(Initializer.Dcgan);
    }

    /// <summary>Channels of what is judged.</summary>
    public long InChannels { get; }

    /// <summary>Feature maps of the first convolution.</summary>
    public long Width { get; }

    /// <summary>The normalisation.</summary>
    public Norm Norm { get; }

    /// <summary>Whether all convolutions have spectral normalisation.</summary>
    public bool SpectralNorm { get; }

    /// <summary>Judges pixels.</summary>
    /// <param name="images">(B, <see cref="InChannels"/>, H, W), of any size.</param>
    /// <returns>Logits (B, 1, H, W), before any sigmoid: the higher, the more real.</returns>
    /// <exception cref="ArgumentException">The images have another shape.</exception>
    public override Tensor forward(Tensor images)
    {
        NetworkGuard.RequireImages(images, InChannels, nameof(PixelDiscriminator));
        return _net.call(images); // (B, 1, H, W)
    }

    bool IRebuildable.FeedsItsNorms => Norm == Norm.Batch;

    nn.Module IRebuildable.Rebuild() => new PixelDiscriminator(InChannels, Width, Norm, SpectralNorm);

    /// <summary>Judges pixels, and returns intermediate activations.</summary>
    /// <param name="images">As for <see cref="forward"/>.</param>
    /// <returns>
    /// One output: the logits, and the activations after both other convolutions. The caller owns them.
    /// </returns>
    /// <exception cref="ArgumentException">The images have another shape.</exception>
    public IReadOnlyList<DiscriminatorOutput> Discriminate(Tensor images)
    {
        NetworkGuard.RequireImages(images, InChannels, nameof(PixelDiscriminator));
        return [_net.Discriminate(images)];
    }
}
