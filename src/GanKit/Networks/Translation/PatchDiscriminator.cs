using GanKit.Layers;
using TorchSharp.Modules;
using TorchSharp.Utils;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace GanKit.Networks;

/// <summary>
/// The PatchGAN discriminator of pix2pix and CycleGAN: a convolutional network whose every output judges one overlapping
/// patch of the image, 70 x 70 pixels with 3 layers.
/// </summary>
/// <remarks>
/// 4 x 4 convolutions with padding 1: <c>layers</c> of stride 2 with w, 2w, 4w, at most 8w feature maps, one of stride 1
/// that doubles them (up to 8w), and one of stride 1 to the map of logits. LeakyReLU of slope 0.2 follows all but the
/// last, after a normalisation in all but the first. pix2pix shows it the input and the output side by side, 6
/// channels; CycleGAN shows it images alone.
/// <para>
/// Layers, state keys (<c>model.0.weight</c>, <c>model.2.weight</c>, ..., <c>model.11.weight</c> with 3 layers) and
/// biases are those of the authors' PyTorch implementation. It gives biases to the convolutions before
/// <see cref="Norm.Instance"/>, and not to those before any other normalisation. With the defaults there are 2,765,633
/// parameters, with <see cref="Norm.Instance"/> 2,764,737, with 6 channels 2,768,705.
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
public sealed class PatchDiscriminator : Module<Tensor, Tensor>, IFeatureDiscriminator, IRebuildable
{
    private const int MostLayers = 16;

    [ComponentName(Name = "model")]
    private readonly Sequential _model;

    /// <summary>Builds the network on the CPU, in training mode.</summary>
    /// <param name="inChannels">
    /// Channels of what is judged: 3 for a colour image (the default), 6 for a pair of them.
    /// </param>
    /// <param name="width">Feature maps of the first convolution, <c>ndf</c> in the reference; 64 there.</param>
    /// <param name="layers">
    /// Convolutions of stride 2, from 1 to 16, <c>n_layers</c> in the reference; 3 there. See
    /// <see cref="ReceptiveField"/>.
    /// </param>
    /// <param name="norm">
    /// The normalisation. Default: <see cref="Norm.Batch"/>, pix2pix's; CycleGAN takes <see cref="Norm.Instance"/>. It is
    /// the same with <paramref name="spectralNorm"/>, to which <see cref="Norm.None"/> is the usual companion.
    /// </param>
    /// <param name="spectralNorm">
    /// Whether all convolutions have spectral normalisation (<see cref="SpectralNormLayer"/> has the state keys), and then
    /// a bias where no normalisation would cancel it. Default: no, as in the reference.
    /// </param>
    /// <exception cref="ArgumentOutOfRangeException">
    /// <paramref name="layers"/> is not from 1 to 16, or another number is not positive.
    /// </exception>
    public PatchDiscriminator(
        long inChannels = 3, long width = 64, int layers = 3, Norm? norm = null, bool spectralNorm = false)
        : base(NativeBackend.For(nameof(PatchDiscriminator)))
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(inChannels);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(width);
        ArgumentOutOfRangeException.ThrowIfLessThan(layers, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(layers, MostLayers);
        (InChannels, Width, Layers) = (inChannels, width, layers);
        (Norm, SpectralNorm) = (norm ?? Norm.Batch, spectralNorm);
        var bias = TranslationBias.Before(Norm, spectralNorm);

        _model = Sequential(
            Layer.Conv2d(inChannels, width, 4, stride: 2, padding: 1).WithSpectralNorm(spectralNorm),
            new LeakyLayer(0.2, inplace: true)); // (B, w, H/2, W/2)
        var maps = width;
        for (var layer = 1; layer <= layers; layer++)
        {
            var next = Math.Min(2 * maps, 8 * width);
            var stride = layer < layers ? 2 : 1;
            _model.append(Layer.Conv2d(maps, next, 4, stride: stride, padding: 1, bias: bias).WithSpectralNorm(spectralNorm))
                .append(Norm.Create(next))
                .append(new LeakyLayer(0.2, inplace: true));
            maps = next;
        }

        _model.append(Layer.Conv2d(maps, 1, 4, stride: 1, padding: 1).WithSpectralNorm(spectralNorm));
        RegisterComponents();
        this.Initialize(Initializer.Dcgan);
    }

    /// <summary>Channels of what is judged.</summary>
    public long InChannels { get; }

    /// <summary>Feature maps of the first convolution.</summary>
    public long Width { get; }

    /// <summary>Convolutions of stride 2.</summary>
    public int Layers { get; }

    /// <summary>The normalisation.</summary>
    public Norm Norm { get; }

    /// <summary>Whether all convolutions have spectral normalisation.</summary>
    public bool SpectralNorm { get; }

    /// <summary>
    /// Height and width of the patch that one logit sees, in pixels: 16 with 1 layer, then 34, 70, 142, 286.
    /// </summary>
    // Two convolutions of stride 1 see 7 pixels; each of stride 2 below them doubles that, and adds 2.
    public long ReceptiveField => (9L << Layers) - 2;

    /// <summary>Judges patches of images.</summary>
    /// <param name="images">
    /// (B, <see cref="InChannels"/>, H, W), H and W at least three times two to the power of <see cref="Layers"/> (24
    /// with 3); in [-1, 1] in the reference.
    /// </param>
    /// <returns>
    /// Logits (B, 1, H', W'), before any sigmoid: the higher, the more real. H' is H halved <see cref="Layers"/> times,
    /// rounded down each time, less 2: 30 x 30 for 256 x 256 pixels and 3 layers.
    /// </returns>
    /// <exception cref="ArgumentException">The images have another shape.</exception>
    public override Tensor forward(Tensor images)
    {
        RequireImages(images);
        return _model.call(images); // (B, 1, H', W')
    }

    bool IRebuildable.FeedsItsNorms => Norm == Norm.Batch;

    nn.Module IRebuildable.Rebuild() => new PatchDiscriminator(InChannels, Width, Layers, Norm, SpectralNorm);

    /// <summary>Judges patches of images, and returns intermediate activations.</summary>
    /// <param name="images">As for <see cref="forward"/>.</param>
    /// <returns>
    /// One output: the logits, and the activations after all convolutions but the last, of which there are
    /// <see cref="Layers"/> + 1. The caller owns them.
    /// </returns>
    /// <exception cref="ArgumentException">The images have another shape.</exception>
    public IReadOnlyList<DiscriminatorOutput> Discriminate(Tensor images)
    {
        RequireImages(images);
        return [_model.Discriminate(images)];
    }

    private void RequireImages(Tensor images) =>
        NetworkGuard.RequireImages(images, InChannels, nameof(PatchDiscriminator), smallest: 3L << Layers);
}
