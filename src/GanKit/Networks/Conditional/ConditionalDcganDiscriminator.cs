using GanKit.Layers;
using TorchSharp.Modules;
using TorchSharp.Utils;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace GanKit.Networks;

/// <summary>
/// The DCGAN discriminator with a condition: <see cref="DcganDiscriminator"/> with the condition joined
/// as constant maps, to the image or to its last features.
/// </summary>
/// <remarks>
/// Stages, widths and state keys (<c>main.0.weight</c> ...) are <see cref="DcganDiscriminator"/>'s; the convolution
/// after the join sees one more channel for each class or attribute. Joined to the image (the default), the condition
/// takes part from the first pixel on, as in Mirza and Osindero: Conditional Generative Adversarial Nets, 2014,
/// arXiv:1411.1784; joined to the 4 x 4 features, at little cost for many classes, as in Reed et al.: Generative
/// Adversarial Text to Image Synthesis, ICML 2016, arXiv:1605.05396. <see cref="ProjectionDiscriminator"/> is the
/// stronger modern form.
/// <para>A fresh network is initialised by <see cref="Initializer.Dcgan"/> from the global random source.</para>
/// </remarks>
public sealed class ConditionalDcganDiscriminator : Module<Tensor, Tensor, Tensor>, IRebuildable
{
    [ComponentName(Name = "main")]
    private readonly ModuleList<nn.Module> _main;

    /// <summary>Builds the network on the CPU, in training mode.</summary>
    /// <param name="conditioning">The conditions: classes or attributes.</param>
    /// <param name="imageSize">Height and width of the images: 16, 32, 64 (the default), 128 or 256.</param>
    /// <param name="channels">Channels of the images. Default: 3, colour.</param>
    /// <param name="width">Feature maps of the first stage. Default: 64.</param>
    /// <param name="joinFeatures">
    /// Whether the condition joins the last 4 x 4 features instead of the image. Default: no.
    /// </param>
    /// <exception cref="ArgumentOutOfRangeException">
    /// <paramref name="imageSize"/> is not a power of two from 16 to 256, or another number is not positive.
    /// </exception>
    public ConditionalDcganDiscriminator(
        Conditioning conditioning, long imageSize = 64, long channels = 3, long width = 64, bool joinFeatures = false)
        : base(NativeBackend.For(nameof(ConditionalDcganDiscriminator)))
    {
        ArgumentNullException.ThrowIfNull(conditioning);
        var halvings = NetworkGuard.HalvingsTo4(imageSize, nameof(imageSize));
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(channels);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(width);
        (Conditioning, ImageSize, Channels) = (conditioning, imageSize, channels);
        (Width, JoinFeatures) = (width, joinFeatures);

        var (early, late) = joinFeatures ? (0L, conditioning.Size) : (conditioning.Size, 0L);
        var maps = width << (halvings - 1);
        _main = new(
        [
            .. DcganDiscriminator.Stages(halvings, channels + early, width),
            Layer.Conv2d(maps + late, 1, 4, stride: 1, padding: 0L, bias: false), // (B, maps, 4, 4) -> (B, 1, 1, 1)
        ]);
        RegisterComponents();
        this.Initialize(Initializer.Dcgan);
    }

    /// <summary>The conditions.</summary>
    public Conditioning Conditioning { get; }

    /// <summary>Height and width of the images, in pixels.</summary>
    public long ImageSize { get; }

    /// <summary>Channels of the images.</summary>
    public long Channels { get; }

    /// <summary>Feature maps of the first stage.</summary>
    public long Width { get; }

    /// <summary>Whether the condition joins the last features instead of the image.</summary>
    public bool JoinFeatures { get; }

    /// <summary>Judges images, given their conditions.</summary>
    /// <param name="images">
    /// (B, <see cref="Channels"/>, <see cref="ImageSize"/>, <see cref="ImageSize"/>), usually in [-1, 1].
    /// </param>
    /// <param name="condition">Labels (B) or attributes (B, A), one for each image.</param>
    /// <returns>Logits (B, 1), before any sigmoid: the higher, the more real.</returns>
    /// <exception cref="ArgumentException">Images or condition do not fit.</exception>
    public override Tensor forward(Tensor images, Tensor condition)
    {
        NetworkGuard.RequireImages(images, Channels, ImageSize, ImageSize, nameof(ConditionalDcganDiscriminator));
        Conditioning.Require(condition, nameof(ConditionalDcganDiscriminator), images.size(0));
        using var scope = NewDisposeScope();
        var joined = JoinFeatures ? images : LabelMaps.Join(images, condition, Conditioning);
        var maps = joined.Through(_main.Take(_main.Count - 1), condition); // (B, maps, 4, 4)
        if (JoinFeatures)
            maps = LabelMaps.Join(maps, condition, Conditioning);
        return maps.Through(_main.Skip(_main.Count - 1), condition).reshape(-1, 1).MoveToOuterDisposeScope(); // (B, 1)
    }

    nn.Module IRebuildable.Rebuild() =>
        new ConditionalDcganDiscriminator(Conditioning, ImageSize, Channels, Width, JoinFeatures);
}
