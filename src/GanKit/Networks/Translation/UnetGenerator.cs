using GanKit.Layers;
using TorchSharp.Modules;
using TorchSharp.Utils;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace GanKit.Networks;

/// <summary>
/// The U-Net generator of pix2pix: convolutions halve the image until 1 x 1 maps are left, transposed convolutions
/// double it again, and each of those also sees the maps of its size from the way down.
/// </summary>
/// <remarks>
/// All convolutions are 4 x 4 with stride 2. The way down has w, 2w, 4w, 8w, 8w, ... feature maps, each level LeakyReLU of slope 0.2,
/// convolution, normalisation (the first level only the convolution, the last without normalisation);
/// the way up is ReLU, transposed convolution, normalisation, and in the last level tanh. With <c>dropout</c> the levels
/// of 8w between the fourth and the innermost end in dropout of one half, which is pix2pix's only source of chance; fewer
/// than 6 downs have none.
/// <para>
/// Layers, state keys (levels nest: <c>model.model.0.weight</c>, <c>model.model.1.model.1.weight</c>,
/// <c>model.model.1.model.3.model.1.weight</c>, ...) and biases are those of the authors' PyTorch implementation. It
/// gives biases to the convolutions before <see cref="Norm.Instance"/>, and not to those before any other
/// normalisation. With 8 downs and the defaults there are 54,413,955 parameters, with 7 downs 41,828,995.
/// </para>
/// <para>
/// pix2pix draws in training mode even when training is over: batch normalisation then uses the picture's own
/// statistics, and dropout stays on. <c>eval()</c> makes another picture than the paper's. <c>Translate</c> does as
/// pix2pix does, unless <see cref="InferenceMode"/> says otherwise.
/// </para>
/// <para>
/// A fresh network is initialised by <see cref="Initializer.Dcgan"/> from the global random source, as there.
/// </para>
/// <para>
/// Isola, Zhu, Zhou, Efros: Image-to-Image Translation with Conditional Adversarial Networks, CVPR 2017,
/// arXiv:1611.07004; Ronneberger, Fischer, Brox: U-Net, MICCAI 2015, arXiv:1505.04597.
/// </para>
/// </remarks>
[Samplewise]
public sealed class UnetGenerator : Module<Tensor, Tensor>, IImageTranslator, IRebuildable
{
    private const int FewestDowns = 2;
    private const int MostDowns = 16;

    [ComponentName(Name = "model")]
    private readonly UnetBlock _model;

    /// <summary>Builds the network on the CPU, in training mode.</summary>
    /// <param name="inChannels">Channels of the images that come in; 3, colour, in the reference.</param>
    /// <param name="outChannels">Channels of the images that go out; 3 in the reference.</param>
    /// <param name="downs">
    /// How often the image is halved, from 2 to 16: 8 in the reference for images of 256 pixels, 7 for 128. The reference
    /// has no fewer than 5; with 2 to 4 the levels of 8w and 4w are left out.
    /// </param>
    /// <param name="width">Feature maps of the first convolution, <c>ngf</c> in the reference; 64 there.</param>
    /// <param name="norm">The normalisation. Default: <see cref="Norm.Batch"/>, pix2pix's.</param>
    /// <param name="dropout">
    /// Whether the inner levels have dropout. Default: no, as in the reference's class; its pix2pix model turns it on.
    /// </param>
    /// <param name="spectralNorm">
    /// Whether all convolutions have spectral normalisation, in addition to <paramref name="norm"/>. Default: no, as in the
    /// reference.
    /// </param>
    /// <exception cref="ArgumentOutOfRangeException">
    /// <paramref name="downs"/> is not from 2 to 16, or another number is not positive.
    /// </exception>
    public UnetGenerator(
        long inChannels = 3, long outChannels = 3, int downs = 8, long width = 64, Norm? norm = null,
        bool dropout = false, bool spectralNorm = false)
        : base(NativeBackend.For(nameof(UnetGenerator)))
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(inChannels);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(outChannels);
        ArgumentOutOfRangeException.ThrowIfLessThan(downs, FewestDowns);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(downs, MostDowns);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(width);
        (InChannels, OutChannels, Downs, Width) = (inChannels, outChannels, downs, width);
        (Norm, Dropout, SpectralNorm) = (norm ?? Norm.Batch, dropout, spectralNorm);
        InferenceMode = PublishedMode.Of(Norm, dropout);
        PictureSizes = new(1L << downs);

        // From the innermost level outwards.
        UnetBlock? level = null;
        for (var depth = downs - 1; depth > 0; depth--)
        {
            var drops = dropout && depth > 3 && level is not null;
            level = new UnetBlock(Maps(depth - 1), Maps(depth), level, Norm, spectralNorm, drops);
        }

        _model = UnetBlock.Outermost(inChannels, outChannels, width, level!, Norm, spectralNorm);
        RegisterComponents();
        this.Initialize(Initializer.Dcgan);

        long Maps(int depth) => width << Math.Min(depth, 3);
    }

    /// <summary>Channels of the images that come in.</summary>
    public long InChannels { get; }

    /// <summary>Channels of the images that go out.</summary>
    public long OutChannels { get; }

    /// <summary>How often the image is halved.</summary>
    public int Downs { get; }

    /// <summary>Feature maps of the first convolution.</summary>
    public long Width { get; }

    /// <summary>The normalisation.</summary>
    public Norm Norm { get; }

    /// <summary>Whether the inner levels have dropout.</summary>
    public bool Dropout { get; }

    /// <summary>Whether all convolutions have spectral normalisation.</summary>
    public bool SpectralNorm { get; }

    /// <summary>
    /// How it runs when it is used and no longer trained. Default: <see cref="InferenceMode.AsTrained"/>, pix2pix's
    /// published behaviour, where there is batch normalisation or dropout; otherwise evaluation.
    /// </summary>
    public InferenceMode InferenceMode { get; set => field = Given.NotNull(value); }

    /// <inheritdoc/>
    public PictureSizes PictureSizes { get; }

    /// <summary>Translates images.</summary>
    /// <param name="images">
    /// (B, <see cref="InChannels"/>, H, W), H and W multiples of two to the power of <see cref="Downs"/>, 256 with 8; in
    /// [-1, 1] in the reference.
    /// </param>
    /// <returns>Images (B, <see cref="OutChannels"/>, H, W) in [-1, 1].</returns>
    /// <exception cref="ArgumentException">
    /// The images have another shape; the message names a size that fits.
    /// </exception>
    public override Tensor forward(Tensor images)
    {
        NetworkGuard.RequireMultiples(images, InChannels, 1L << Downs, nameof(UnetGenerator));
        return _model.call(images); // (B, C, H, W)
    }

    bool IRebuildable.FeedsItsNorms => Norm == Norm.Batch;

    nn.Module IRebuildable.Rebuild() => new UnetGenerator(InChannels, OutChannels, Downs, Width, Norm, Dropout, SpectralNorm)
    {
        InferenceMode = InferenceMode,
    };
}

/// <summary>
/// One level of <see cref="UnetGenerator"/> with all the levels inside it: halve, go through those, double; the input is joined to the
/// output.
/// </summary>
[Samplewise]
internal sealed class UnetBlock : Module<Tensor, Tensor>
{
    [ComponentName(Name = "model")]
    private readonly Sequential _layers;
    private readonly bool _skips;

    /// <summary>Makes a level within the network, or the innermost one.</summary>
    /// <param name="outerMaps">Feature maps that come in, and that are added to them: twice as many go out.</param>
    /// <param name="innerMaps">Feature maps at half the size.</param>
    /// <param name="inner">The levels inside, which take and double those; none in the innermost.</param>
    /// <param name="norm">The normalisation.</param>
    /// <param name="spectralNorm">Whether convolutions have spectral normalisation.</param>
    /// <param name="dropout">Whether the level ends in dropout.</param>
    internal UnetBlock(long outerMaps, long innerMaps, UnetBlock? inner, Norm norm, bool spectralNorm, bool dropout = false)
        : this(skips: true)
    {
        var bias = TranslationBias.Before(norm, spectralNorm);
        // In place, as in the reference: the maps that skip the level are then the activated ones. They are always the
        // level's outside's own, never the user's.
        _layers.append(new LeakyLayer(0.2, inplace: true))
            .append(Layer.Conv2d(outerMaps, innerMaps, 4, stride: 2, padding: 1, bias: bias).WithSpectralNorm(spectralNorm));
        if (inner is not null)
            _layers.append(norm.Create(innerMaps)).append(inner);
        _layers.append(ReLU(inplace: true))
            .append(Layer.ConvTranspose2d(
                inner is null ? innerMaps : 2 * innerMaps, outerMaps, 4, stride: 2, padding: 1, bias: bias)
                .WithSpectralNorm(spectralNorm))
            .append(norm.Create(outerMaps));
        if (dropout)
            _layers.append(new DropoutLayer(0.5));
        RegisterComponents();
    }

    private UnetBlock(bool skips) : base(nameof(UnetBlock)) => (_layers, _skips) = (Sequential(), skips);

    /// <summary>Makes the level that turns images into images.</summary>
    internal static UnetBlock Outermost(
        long inChannels, long outChannels, long innerMaps, UnetBlock inner, Norm norm, bool spectralNorm)
    {
        var level = new UnetBlock(skips: false);
        var bias = TranslationBias.Before(norm, spectralNorm);
        level._layers
            .append(Layer.Conv2d(inChannels, innerMaps, 4, stride: 2, padding: 1, bias: bias).WithSpectralNorm(spectralNorm))
            .append(inner)
            .append(ReLU(inplace: true))
            .append(Layer.ConvTranspose2d(2 * innerMaps, outChannels, 4, stride: 2, padding: 1).WithSpectralNorm(spectralNorm))
            .append(Tanh());
        level.RegisterComponents();
        return level;
    }

    public override Tensor forward(Tensor input)
    {
        if (!_skips)
            return _layers.call(input); // (B, C, H, W)
        using var output = _layers.call(input);
        return cat([input, output], 1); // (B, 2 outerMaps, H, W)
    }
}
