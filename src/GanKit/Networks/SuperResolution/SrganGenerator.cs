using GanKit.Layers;
using TorchSharp.Modules;
using TorchSharp.Utils;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace GanKit.Networks;

/// <summary>
/// The generator of SRGAN: residual blocks look at a small image, pixel shuffles enlarge it 2, 4 or 8 times.
/// </summary>
/// <remarks>
/// A 9 x 9 convolution and PReLU; the blocks (3 x 3 convolution, batch normalisation, PReLU, convolution, batch
/// normalisation, plus the input); a 3 x 3 convolution and batch normalisation, to whose output that of the first layer
/// is added; for each doubling a 3 x 3 convolution, a pixel shuffle and PReLU; a 9 x 9 convolution and
/// <c>(tanh(x) + 1) / 2</c>.
/// <para>
/// Layers and state keys (<c>block1.0.weight</c>, <c>block2.conv1.weight</c> ... <c>block7.0.weight</c>,
/// <c>block8.0.conv.weight</c> ...) are those of the PyTorch implementation by <c>leftthomas</c>, whose checkpoints are
/// common: it has 5 blocks where the paper has 16. With another number of blocks the last two names move with it. At
/// scale 4 and the defaults there are 734,219 parameters (586,506 at 2, 881,932 at 8).
/// </para>
/// <para>Images go in and come out in [0, 1] there, not in [-1, 1]: <c>(x + 1) / 2</c> converts.</para>
/// <para>
/// A fresh network has PyTorch's default weights from the global random source, and PReLU slopes of 0.25, as there.
/// </para>
/// <para>
/// Ledig et al.: Photo-Realistic Single Image Super-Resolution Using a Generative Adversarial Network, CVPR 2017,
/// arXiv:1609.04802.
/// </para>
/// </remarks>
[Samplewise]
public sealed class SrganGenerator : Module<Tensor, Tensor>, IImageTranslator, IRebuildable
{
    // Not RegisterComponents, since the names of what is here depend on the number of blocks.
    private readonly Module<Tensor, Tensor> _shallow;
    private readonly Module<Tensor, Tensor>[] _deep;
    private readonly Module<Tensor, Tensor> _enlarge;

    /// <summary>Builds the network on the CPU, in training mode.</summary>
    /// <param name="scale">How many times larger the images become: 2, 4 (the default, the paper's) or 8.</param>
    /// <param name="channels">Channels of the images; 3, colour, in the reference.</param>
    /// <param name="width">Feature maps; 64 in the reference.</param>
    /// <param name="blocks">Residual blocks, at least 0; 5 in the reference, 16 in the paper.</param>
    /// <param name="trunkNorm">
    /// Whether the convolution after the blocks is followed by batch normalisation, as in the paper and in the reference
    /// since May 2019 (the default); if not, by PReLU, as in the weights that the reference published in 2018.
    /// </param>
    /// <exception cref="ArgumentOutOfRangeException">
    /// <paramref name="scale"/> is not 2, 4 or 8, <paramref name="blocks"/> is negative, or another number is not
    /// positive.
    /// </exception>
    public SrganGenerator(int scale = 4, long channels = 3, long width = 64, int blocks = 5, bool trunkNorm = true)
        : base(NativeBackend.For(nameof(SrganGenerator)))
    {
        if (scale is not (2 or 4 or 8))
        {
            throw new ArgumentOutOfRangeException(nameof(scale), scale,
                $"SrganGenerator enlarges 2, 4 or 8 times, not {scale} times.");
        }

        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(channels);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(width);
        ArgumentOutOfRangeException.ThrowIfNegative(blocks);
        (Scale, Channels, Width, Blocks, TrunkNorm) = (scale, channels, width, blocks, trunkNorm);

        _shallow = Sequential(Layer.Conv2d(channels, width, 9, padding: 4L), Layer.PReLU());
        var residual = Enumerable.Range(0, blocks).Select(_ => new SrganBlock(width)).ToArray();
        Module<Tensor, Tensor> after = trunkNorm ? new BatchNormalization(width) : Layer.PReLU();
        _deep = [.. residual, Sequential(Layer.Conv2d(width, width, 3, padding: 1L), after)];
        var enlarge = Sequential();
        for (var factor = 1; factor < scale; factor *= 2)
        {
            enlarge.append(new SrganUpsampling(width));
        }

        _enlarge = enlarge.append(Layer.Conv2d(width, channels, 9, padding: 4L));

        // The reference numbers its stages: block1 to block8 with 5 residual blocks.
        foreach (var (index, stage) in _deep.Prepend(_shallow).Append(_enlarge).Index())
        {
            register_module($"block{index + 1}", stage);
        }
    }

    /// <summary>How many times larger the images become.</summary>
    public int Scale { get; }

    /// <summary>Channels of the images.</summary>
    public long Channels { get; }

    /// <summary>Feature maps.</summary>
    public long Width { get; }

    /// <summary>Residual blocks.</summary>
    public int Blocks { get; }

    /// <summary>Whether batch normalisation follows the convolution after the blocks; PReLU otherwise.</summary>
    public bool TrunkNorm { get; }

    /// <inheritdoc/>
    public InferenceMode InferenceMode => InferenceMode.RunningStatistics;

    /// <inheritdoc/>
    public PictureSizes PictureSizes { get; } = new();

    /// <summary>[0, 1], of what it takes and makes.</summary>
    public ValueRange Range => ValueRange.Unit;

    /// <summary>Enlarges images.</summary>
    /// <param name="images">(B, <see cref="Channels"/>, H, W), of any size; in [0, 1] in the reference.</param>
    /// <returns>
    /// Images (B, <see cref="Channels"/>, sH, sW) in [0, 1], where s is <see cref="Scale"/>.
    /// </returns>
    /// <exception cref="ArgumentException">The images have another shape.</exception>
    public override Tensor forward(Tensor images)
    {
        NetworkGuard.RequireImages(images, Channels, nameof(SrganGenerator));
        using var scope = NewDisposeScope();
        var shallow = _shallow.call(images);                       // (B, w, H, W)
        var maps = shallow.Plus(shallow.Through(_deep));           // (B, w, H, W)
        var enlarged = _enlarge.call(maps);                        // (B, C, sH, sW)
        return enlarged.tanh().TimesPlus(0.5, 0.5).MoveToOuterDisposeScope();
    }

    nn.Module IRebuildable.Rebuild() => new SrganGenerator(Scale, Channels, Width, Blocks, TrunkNorm);
}

/// <summary>
/// The residual block of <see cref="SrganGenerator"/>: convolution, batch normalisation, PReLU, convolution, batch
/// normalisation, plus the input.
/// </summary>
[Samplewise]
internal sealed class SrganBlock : Module<Tensor, Tensor>, IFeedsNorms
{
    [ComponentName(Name = "conv1")]
    private readonly Conv2d _conv1;
    [ComponentName(Name = "bn1")]
    private readonly BatchNormalization _bn1;
    [ComponentName(Name = "prelu")]
    private readonly PReLU _prelu;
    [ComponentName(Name = "conv2")]
    private readonly Conv2d _conv2;
    [ComponentName(Name = "bn2")]
    private readonly BatchNormalization _bn2;

    internal SrganBlock(long channels) : base(nameof(SrganBlock))
    {
        _conv1 = Layer.Conv2d(channels, channels, 3, padding: 1L);
        _bn1 = new BatchNormalization(channels);
        _prelu = Layer.PReLU();
        _conv2 = Layer.Conv2d(channels, channels, 3, padding: 1L);
        _bn2 = new BatchNormalization(channels);
        RegisterComponents();
    }

    public override Tensor forward(Tensor input)
    {
        using var residual = input.Through([_conv1, _bn1, _prelu, _conv2, _bn2]);
        return input.Plus(residual); // (B, C, H, W)
    }

    IEnumerable<(nn.Module Layer, BatchNormalization Norm)> IFeedsNorms.Feeds => [(_conv1, _bn1), (_conv2, _bn2)];
}

/// <summary>
/// Doubles the size of maps: a convolution makes four times as many, a pixel shuffle lays each four of them out as 2 x 2
/// pixels, then PReLU. Shi et al. 2016, arXiv:1609.05158.
/// </summary>
[Samplewise]
internal sealed class SrganUpsampling : Module<Tensor, Tensor>
{
    [ComponentName(Name = "conv")]
    private readonly Conv2d _conv;
    [ComponentName(Name = "pixel_shuffle")]
    private readonly PixelShuffle _shuffle;
    [ComponentName(Name = "prelu")]
    private readonly PReLU _prelu;

    internal SrganUpsampling(long channels) : base(nameof(SrganUpsampling))
    {
        _conv = Layer.Conv2d(channels, 4 * channels, 3, padding: 1L);
        _shuffle = PixelShuffle(2);
        _prelu = Layer.PReLU();
        RegisterComponents();
    }

    public override Tensor forward(Tensor input) => input.Through([_conv, _shuffle, _prelu]); // (B, C, 2H, 2W)
}
