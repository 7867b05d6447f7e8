using GanKit.Layers;
using TorchSharp;
using TorchSharp.Modules;
using TorchSharp.Utils;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace GanKit.Networks;

/// <summary>
/// The residual image-to-image generator of CycleGAN: two convolutions halve the image, residual blocks transform it,
/// two transposed convolutions bring back its size.
/// </summary>
/// <remarks>
/// A 7 x 7 convolution to w feature maps, 3 x 3 convolutions of stride 2 to 2w and 4w, the blocks (<c>x + F(x)</c>, two
/// 3 x 3 convolutions each) at a quarter of the size, 3 x 3 transposed convolutions of stride 2 and output padding 1 to
/// 2w and w, a 7 x 7 convolution and tanh. All but the last convolution are followed by normalisation, and by ReLU save
/// at a block's end; the 7 x 7 ones see a reflected border of 3 pixels. The paper takes 6 blocks for images of 128
/// pixels, 9 for 256 and more.
/// <para>
/// Layers, state keys (<c>model.1.weight</c> ... <c>model.10.conv_block.1.weight</c> ... <c>model.26.weight</c> with 9
/// blocks) and biases are those of the authors' PyTorch implementation. It gives biases to the convolutions before
/// <see cref="Norm.Instance"/> and not to those before any other normalisation. With 9 blocks and the defaults there
/// are 11,378,179 parameters, with 6 blocks 7,837,699.
/// </para>
/// <para>
/// A fresh network is initialised by <see cref="Initializer.Dcgan"/> from the global random source, as there.
/// </para>
/// <para>
/// Zhu, Park, Isola, Efros: Unpaired Image-to-Image Translation using Cycle-Consistent Adversarial Networks, ICCV 2017,
/// arXiv:1703.10593; the architecture is from Johnson, Alahi, Fei-Fei: Perceptual Losses for Real-Time Style Transfer
/// and Super-Resolution, ECCV 2016, arXiv:1603.08155.
/// </para>
/// </remarks>
[Samplewise]
public sealed class ResnetGenerator : Module<Tensor, Tensor>, IImageTranslator, IRebuildable
{
    private const long Shrinkage = 4;
    private const long SmallestSize = 8; // A reflected border must be smaller than the maps: 1 < 8 / 4.

    [ComponentName(Name = "model")]
    private readonly Sequential _model;

    /// <summary>Builds the network on the CPU, in training mode.</summary>
    /// <param name="inChannels">Channels of the images that come in; 3, colour, in the reference.</param>
    /// <param name="outChannels">Channels of the images that go out; 3 in the reference.</param>
    /// <param name="width">Feature maps of the first convolution, <c>ngf</c> in the reference; 64 there.</param>
    /// <param name="blocks">Residual blocks, at least 0; 9 in the reference, 6 for small images.</param>
    /// <param name="norm">
    /// The normalisation. Default: <see cref="Norm.Instance"/>, CycleGAN's; pix2pix takes <see cref="Norm.Batch"/>.
    /// </param>
    /// <param name="dropout">
    /// Whether each block drops half of its values between its convolutions, in training mode. Default: no, as in
    /// CycleGAN.
    /// </param>
    /// <param name="paddingMode">
    /// The content of the border around the maps of the blocks: <see cref="PaddingModes.Reflect"/> (the default, the
    /// reference's), <see cref="PaddingModes.Replicate"/> or <see cref="PaddingModes.Zeros"/>.
    /// </param>
    /// <param name="upsampling">
    /// How the maps are doubled at the end. Default: <see cref="Upsampling.Transposed"/>, the reference's, on which its
    /// state keys depend.
    /// </param>
    /// <param name="spectralNorm">
    /// Whether all convolutions have spectral normalisation, in addition to <paramref name="norm"/>. Default: no, as
    /// in the reference.
    /// </param>
    /// <exception cref="ArgumentOutOfRangeException">
    /// <paramref name="blocks"/> is negative, another number is not positive, or <paramref name="paddingMode"/> is none
    /// of the three.
    /// </exception>
    public ResnetGenerator(
        long inChannels = 3, long outChannels = 3, long width = 64, int blocks = 9, Norm? norm = null,
        bool dropout = false, PaddingModes paddingMode = PaddingModes.Reflect, Upsampling? upsampling = null,
        bool spectralNorm = false)
        : base(NativeBackend.For(nameof(ResnetGenerator)))
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(inChannels);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(outChannels);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(width);
        ArgumentOutOfRangeException.ThrowIfNegative(blocks);
        ResnetBlock.RequirePadding(paddingMode, nameof(paddingMode));
        (InChannels, OutChannels, Width, Blocks) = (inChannels, outChannels, width, blocks);
        (Norm, Dropout, PaddingMode) = (norm ?? Norm.Instance, dropout, paddingMode);
        InferenceMode = PublishedMode.Of(Norm, dropout);
        (Upsampling, SpectralNorm) = (upsampling ?? Upsampling.Transposed, spectralNorm);
        var bias = TranslationBias.Before(Norm, spectralNorm);

        _model = Sequential(
            ReflectionPad2d(3), Layer.Conv2d(inChannels, width, 7, bias: bias).WithSpectralNorm(spectralNorm));
        Activate(width); // (B, w, H, W)
        foreach (var maps in new[] { 2 * width, 4 * width })
        {
            _model.append(
                Layer.Conv2d(maps / 2, maps, 3, stride: 2, padding: 1, bias: bias).WithSpectralNorm(spectralNorm));
            Activate(maps); // (B, 4w, H/4, W/4) in the end
        }

        for (var block = 0; block < blocks; block++)
        {
            _model.append(new ResnetBlock(4 * width, Norm, dropout, paddingMode, spectralNorm));
        }

        foreach (var maps in new[] { 2 * width, width })
        {
            _model.append(Upsampling.Create(2 * maps, maps, bias, spectralNorm));
            Activate(maps); // (B, w, H, W) in the end
        }

        _model.append(ReflectionPad2d(3))
            .append(Layer.Conv2d(width, outChannels, 7).WithSpectralNorm(spectralNorm))
            .append(Tanh());
        RegisterComponents();
        this.Initialize(Initializer.Dcgan);
    }

    /// <summary>Channels of the images that come in.</summary>
    public long InChannels { get; }

    /// <summary>Channels of the images that go out.</summary>
    public long OutChannels { get; }

    /// <summary>Feature maps of the first convolution.</summary>
    public long Width { get; }

    /// <summary>Residual blocks.</summary>
    public int Blocks { get; }

    /// <summary>The normalisation.</summary>
    public Norm Norm { get; }

    /// <summary>Whether the blocks have dropout.</summary>
    public bool Dropout { get; }

    /// <summary>The content of the border around the maps of the blocks.</summary>
    public PaddingModes PaddingMode { get; }

    /// <summary>How the maps are doubled at the end.</summary>
    public Upsampling Upsampling { get; }

    /// <summary>Whether all convolutions have spectral normalisation.</summary>
    public bool SpectralNorm { get; }

    /// <summary>
    /// How it runs when it is used and no longer trained. Default: evaluation, which with instance normalisation and
    /// without dropout, as in CycleGAN, draws what training mode does; <see cref="InferenceMode.AsTrained"/>, pix2pix's
    /// published behaviour, where there is batch normalisation or dropout.
    /// </summary>
    public InferenceMode InferenceMode { get; set => field = Given.NotNull(value); }

    /// <inheritdoc/>
    public PictureSizes PictureSizes { get; } = new(Shrinkage, SmallestSize);

    /// <summary>Translates images.</summary>
    /// <param name="images">
    /// (B, <see cref="InChannels"/>, H, W), H and W multiples of 4 and at least 8; in [-1, 1] in the reference.
    /// </param>
    /// <returns>Images (B, <see cref="OutChannels"/>, H, W) in [-1, 1].</returns>
    /// <exception cref="ArgumentException">
    /// The images have another shape; the message names a size that fits.
    /// </exception>
    public override Tensor forward(Tensor images)
    {
        NetworkGuard.RequireMultiples(images, InChannels, Shrinkage, nameof(ResnetGenerator), SmallestSize);
        return _model.call(images); // (B, C, H, W)
    }

    bool IRebuildable.FeedsItsNorms => Norm == Norm.Batch
        && (Upsampling == Upsampling.Transposed || Upsampling == Upsampling.ResizeConvolution);

    nn.Module IRebuildable.Rebuild() => new ResnetGenerator(
        InChannels, OutChannels, Width, Blocks, Norm, Dropout, PaddingMode, Upsampling, SpectralNorm)
    {
        InferenceMode = InferenceMode,
    };

    private void Activate(long maps) => _model.append(Norm.Create(maps)).append(ReLU(inplace: true));
}

/// <summary>
/// The block of <see cref="ResnetGenerator"/>: <c>x + F(x)</c>, where F is convolution, normalisation, ReLU, dropout if
/// there is any, convolution, normalisation. The layers of F are numbered in <c>conv_block</c>, borders and dropout too.
/// </summary>
[Samplewise]
internal sealed class ResnetBlock : Module<Tensor, Tensor>
{
    [ComponentName(Name = "conv_block")]
    private readonly Sequential _layers;

    internal ResnetBlock(long channels, Norm norm, bool dropout, PaddingModes paddingMode, bool spectralNorm)
        : base(nameof(ResnetBlock))
    {
        _layers = Sequential();
        AddConvolution(channels, norm, paddingMode, spectralNorm);
        _layers.append(ReLU(inplace: true));
        if (dropout)
            _layers.append(new DropoutLayer(0.5));
        AddConvolution(channels, norm, paddingMode, spectralNorm);
        RegisterComponents();
    }

    /// <summary>Requires one of the three kinds of border that the reference has.</summary>
    internal static void RequirePadding(PaddingModes paddingMode, string parameterName)
    {
        if (paddingMode is not (PaddingModes.Reflect or PaddingModes.Replicate or PaddingModes.Zeros))
        {
            throw new ArgumentOutOfRangeException(parameterName, paddingMode,
                $"The blocks' border can be Reflect, Replicate or Zeros, not {paddingMode}.");
        }
    }

    public override Tensor forward(Tensor input)
    {
        using var residual = _layers.call(input);
        return input.Plus(residual); // (B, C, H, W)
    }

    private void AddConvolution(long channels, Norm norm, PaddingModes paddingMode, bool spectralNorm)
    {
        // A layer of its own for the border, since it takes a number in the state keys.
        if (paddingMode == PaddingModes.Reflect)
            _layers.append(ReflectionPad2d(1));
        else if (paddingMode == PaddingModes.Replicate)
            _layers.append(ReplicationPad2d(1));
        var padding = paddingMode == PaddingModes.Zeros ? 1L : 0L;
        var bias = TranslationBias.Before(norm, spectralNorm);
        _layers.append(Layer.Conv2d(channels, channels, 3, padding: padding, bias: bias).WithSpectralNorm(spectralNorm))
            .append(norm.Create(channels));
    }
}
