using GanKit.Layers;
using TorchSharp.Modules;
using TorchSharp.Utils;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace GanKit.Networks;

/// <summary>
/// The convolutional discriminator of the spectral normalisation paper: pairs of 3 x 3 and strided 4 x 4 convolutions
/// down to 4 x 4 maps, one more 3 x 3 convolution and a linear layer, all of them spectrally normalised.
/// </summary>
/// <remarks>
/// LeakyReLU of slope 0.1 follows every convolution; there is no other normalisation. At 32 x 32 the widths are w, w,
/// 2w, 2w, 4w, 4w, 8w, those of the paper's table 3. Each doubling of the image size adds a pair; no stage is wider
/// than 8w. State keys are <c>main.N.*</c>, where N counts convolutions and activations (0, 2, 4, ...), and
/// <c>linear.*</c>, each in the form that <see cref="SpectralNormLayer"/> describes.
/// <para>
/// A fresh network is initialised by <see cref="Initializer.Dcgan"/> from the global random source, as the authors'
/// code does.
/// </para>
/// <para>
/// Miyato, Kataoka, Koyama, Yoshida: Spectral Normalization for Generative Adversarial Networks, ICLR 2018,
/// arXiv:1802.05957.
/// </para>
/// </remarks>
[Samplewise]
public sealed class SnDcganDiscriminator : Module<Tensor, Tensor>, IRebuildable
{
    private const double NegativeSlope = 0.1;

    [ComponentName(Name = "main")]
    private readonly Sequential _main;
    [ComponentName(Name = "linear")]
    private readonly SpectralNormLinear _linear;

    /// <summary>Builds the network on the CPU, in training mode.</summary>
    /// <param name="imageSize">Height and width of the images: 16, 32 (the paper's), 64, 128 or 256.</param>
    /// <param name="channels">Channels of the images; 3, colour, in the paper.</param>
    /// <param name="width">Feature maps of the first stage; 64 in the paper.</param>
    /// <exception cref="ArgumentOutOfRangeException">
    /// <paramref name="imageSize"/> is not a power of two from 16 to 256, or another number is not positive.
    /// </exception>
    public SnDcganDiscriminator(long imageSize = 32, long channels = 3, long width = 64)
        : base(NativeBackend.For(nameof(SnDcganDiscriminator)))
    {
        var halvings = NetworkGuard.HalvingsTo4(imageSize, nameof(imageSize));
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(channels);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(width);
        (ImageSize, Channels, Width) = (imageSize, channels, width);
        _main = Sequential(Stages(halvings, channels, width));
        _linear = new SpectralNormLinear(Features(halvings, width) * 4 * 4, 1);
        RegisterComponents();
        this.Initialize(Initializer.Dcgan);
    }

    /// <summary>Height and width of the images, in pixels.</summary>
    public long ImageSize { get; }

    /// <summary>Channels of the images.</summary>
    public long Channels { get; }

    /// <summary>Feature maps of the first stage.</summary>
    public long Width { get; }

    /// <summary>Judges images; in training mode each call advances the power iterations.</summary>
    /// <param name="images">(B, <see cref="Channels"/>, <see cref="ImageSize"/>, <see cref="ImageSize"/>).</param>
    /// <returns>Logits (B, 1), before any sigmoid: the higher, the more real.</returns>
    /// <exception cref="ArgumentException">The images have another shape.</exception>
    public override Tensor forward(Tensor images)
    {
        NetworkGuard.RequireImages(images, Channels, ImageSize, ImageSize, nameof(SnDcganDiscriminator));
        using var maps = _main.call(images); // (B, maps, 4, 4)
        using var features = maps.flatten(1); // (B, maps * 16)
        return _linear.call(features); // (B, 1)
    }

    nn.Module IRebuildable.Rebuild() => new SnDcganDiscriminator(ImageSize, Channels, Width);

    /// <summary>Feature maps of the last convolution.</summary>
    internal static long Features(int halvings, long width) => Math.Min(width << halvings, width * 8);

    /// <summary>All but the linear layer: maps (B, <see cref="Features"/>, 4, 4) from images.</summary>
    internal static IEnumerable<Module<Tensor, Tensor>> Stages(int halvings, long channels, long width)
    {
        var (inputs, maps) = (channels, width);
        for (var stage = 0; stage < halvings; stage++)
        {
            yield return new SpectralNormConv2d(inputs, maps, 3, stride: 1, padding: 1);
            yield return new LeakyLayer(NegativeSlope, inplace: true);
            yield return new SpectralNormConv2d(maps, maps, 4, stride: 2, padding: 1);
            yield return new LeakyLayer(NegativeSlope, inplace: true);
            (inputs, maps) = (maps, Math.Min(maps * 2, width * 8));
        }

        yield return new SpectralNormConv2d(inputs, maps, 3, stride: 1, padding: 1);
        yield return new LeakyLayer(NegativeSlope, inplace: true);
    }
}
