using GanKit.Layers;
using TorchSharp.Modules;
using TorchSharp.Utils;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace GanKit.Networks;

/// <summary>
/// The DCGAN discriminator: strided convolutions halve the image and double its width down to 4 x 4, and a last one
/// makes it a single logit.
/// </summary>
/// <remarks>
/// Every stage is a 4 x 4 convolution of stride 2 without bias, batch normalisation (not in the first stage) and
/// LeakyReLU of slope 0.2. At 64 x 64 the widths are w, 2w, 4w, 8w, and layers, state keys (<c>main.0.weight</c> ...
/// <c>main.11.weight</c>) and the 2,765,568 parameters are those of the reference implementation in
/// <c>pytorch/examples</c>. Each doubling of the image size adds a stage of twice the width at the end: w, 2w at 16;
/// w ... 32w at 256, where a smaller <c>width</c> is wise.
/// <para>
/// The reference ends in a sigmoid; this network returns the logit before it, which every loss expects.
/// </para>
/// <para>A fresh network is initialised by <see cref="Initializer.Dcgan"/> from the global random source.</para>
/// <para>
/// Radford, Metz, Chintala: Unsupervised Representation Learning with Deep Convolutional Generative Adversarial
/// Networks, ICLR 2016, arXiv:1511.06434.
/// </para>
/// </remarks>
[Samplewise]
public sealed class DcganDiscriminator : Module<Tensor, Tensor>, IRebuildable
{
    [ComponentName(Name = "main")]
    private readonly Sequential _main;

    /// <summary>Builds the network on the CPU, in training mode.</summary>
    /// <param name="imageSize">Height and width of the images: 16, 32, 64 (the reference's), 128 or 256.</param>
    /// <param name="channels">Channels of the images; 3, colour, in the reference.</param>
    /// <param name="width">Feature maps of the first stage, <c>ndf</c> in the reference; 64 there.</param>
    /// <exception cref="ArgumentOutOfRangeException">
    /// <paramref name="imageSize"/> is not a power of two from 16 to 256, or another number is not positive.
    /// </exception>
    public DcganDiscriminator(long imageSize = 64, long channels = 3, long width = 64)
        : base(NativeBackend.For(nameof(DcganDiscriminator)))
    {
        var halvings = NetworkGuard.HalvingsTo4(imageSize, nameof(imageSize));
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(channels);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(width);
        (ImageSize, Channels, Width) = (imageSize, channels, width);
        _main = Sequential(
        [
            .. Stages(halvings, channels, width),
            Layer.Conv2d(width << (halvings - 1), 1, 4, stride: 1, padding: 0, bias: false), // (B, maps, 4, 4) -> (B, 1, 1, 1)
        ]);
        RegisterComponents();
        this.Initialize(Initializer.Dcgan);
    }

    /// <summary>Height and width of the images, in pixels.</summary>
    public long ImageSize { get; }

    /// <summary>Channels of the images.</summary>
    public long Channels { get; }

    /// <summary>Feature maps of the first stage.</summary>
    public long Width { get; }

    /// <summary>Judges images.</summary>
    /// <param name="images">
    /// (B, <see cref="Channels"/>, <see cref="ImageSize"/>, <see cref="ImageSize"/>), in [-1, 1] in the reference.
    /// </param>
    /// <returns>Logits (B, 1), before any sigmoid: the higher, the more real.</returns>
    /// <exception cref="ArgumentException">The images have another shape.</exception>
    public override Tensor forward(Tensor images)
    {
        NetworkGuard.RequireImages(images, Channels, ImageSize, ImageSize, nameof(DcganDiscriminator));
        using var maps = _main.call(images); // (B, 1, 1, 1)
        return maps.reshape(images.shape[0], 1); // (B, 1)
    }

    nn.Module IRebuildable.Rebuild() => new DcganDiscriminator(ImageSize, Channels, Width);

    /// <summary>All but the last convolution: maps (B, width · 2^(halvings - 1), 4, 4) from images.</summary>
    internal static IEnumerable<Module<Tensor, Tensor>> Stages(int halvings, long channels, long width)
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
}
