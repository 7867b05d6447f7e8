using GanKit.Layers;
using TorchSharp.Modules;
using TorchSharp.Utils;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace GanKit.Networks;

/// <summary>
/// The generator of ESRGAN and Real-ESRGAN, RRDBNet: residual blocks of dense blocks without any normalisation, then two
/// doublings.
/// </summary>
/// <remarks>
/// A 3 x 3 convolution; the blocks, each <c>x + 0.2 F(x)</c> of three dense blocks that are of this form themselves; a
/// convolution, and the sum of what went in; twice nearest-neighbour doubling, convolution and LeakyReLU of slope 0.2; a convolution and
/// LeakyReLU of slope 0.2; a convolution. That enlarges 4 times. At scale 2 and 1, BasicSR first folds squares of
/// 2 x 2 or 4 x 4 pixels into channels, so that the blocks see fewer positions. At scale 4 and the defaults there are
/// 16,697,987 parameters (16,703,171 at 2, 16,723,907 at 1).
/// <para>
/// Layers and state keys are those of BasicSR (<c>conv_first.weight</c>, <c>body.0.rdb1.conv1.weight</c>, ...,
/// <c>conv_last.weight</c>). Files with ESRGAN's own names, and with the numbers of its first release, load too.
/// </para>
/// <para>Images go in and come out in [0, 1] there; the output is not clipped.</para>
/// <para>
/// A fresh network is initialised as in BasicSR, from the global random source: Kaiming-normal weights times 0.1 and no
/// bias in the dense blocks, PyTorch's defaults elsewhere.
/// </para>
/// <para>
/// Wang et al.: ESRGAN: Enhanced Super-Resolution Generative Adversarial Networks, ECCV workshops 2018,
/// arXiv:1809.00219; Wang et al.: Real-ESRGAN, ICCV workshops 2021, arXiv:2107.10833.
/// </para>
/// </remarks>
[Samplewise]
public sealed class RrdbGenerator : Module<Tensor, Tensor>, IImageTranslator, IRebuildable, IHasFileNames
{
    private readonly long _fold;
    [ComponentName(Name = "conv_first")]
    private readonly Conv2d _first;
    [ComponentName(Name = "body")]
    private readonly Sequential _body;
    [ComponentName(Name = "conv_body")]
    private readonly Conv2d _afterBody;
    [ComponentName(Name = "conv_up1")]
    private readonly Conv2d _up1;
    [ComponentName(Name = "conv_up2")]
    private readonly Conv2d _up2;
    [ComponentName(Name = "conv_hr")]
    private readonly Conv2d _highResolution;
    [ComponentName(Name = "conv_last")]
    private readonly Conv2d _last;

    /// <summary>Builds the network on the CPU, in training mode.</summary>
    /// <param name="inChannels">Channels of the images that come in; 3, colour, in the reference.</param>
    /// <param name="outChannels">Channels of the images that go out; 3 in the reference.</param>
    /// <param name="width">Feature maps between the blocks, <c>num_feat</c> in BasicSR; 64 there.</param>
    /// <param name="blocks">
    /// Residual blocks, at least 1, <c>num_block</c> in BasicSR; 23 there, 6 in Real-ESRGAN's anime model.
    /// </param>
    /// <param name="growth">
    /// Feature maps that each convolution of a dense block adds, <c>num_grow_ch</c> in BasicSR; 32 there.
    /// </param>
    /// <param name="scale">How many times larger the images become: 4 (the default, ESRGAN's), 2 or 1.</param>
    /// <exception cref="ArgumentOutOfRangeException">
    /// <paramref name="scale"/> is not 4, 2 or 1, or another number is not positive.
    /// </exception>
    public RrdbGenerator(
        long inChannels = 3, long outChannels = 3, long width = 64, int blocks = 23, long growth = 32, int scale = 4)
        : base(NativeBackend.For(nameof(RrdbGenerator)))
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(inChannels);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(outChannels);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(width);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(blocks);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(growth);
        if (scale is not (4 or 2 or 1))
        {
            throw new ArgumentOutOfRangeException(nameof(scale), scale,
                $"RrdbGenerator enlarges 4, 2 or 1 times, not {scale} times.");
        }

        (InChannels, OutChannels, Width, Blocks) = (inChannels, outChannels, width, blocks);
        (Growth, Scale) = (growth, scale);

        _fold = 4 / scale;
        _first = Convolution(inChannels * _fold * _fold, width);
        _body = Sequential(Enumerable.Range(0, blocks).Select(_ => new RrdbBlock(width, growth)));
        _afterBody = Convolution(width, width);
        _up1 = Convolution(width, width);
        _up2 = Convolution(width, width);
        _highResolution = Convolution(width, width);
        _last = Convolution(width, outChannels);
        RegisterComponents();
    }

    /// <summary>Channels of the images that come in.</summary>
    public long InChannels { get; }

    /// <summary>Channels of the images that go out.</summary>
    public long OutChannels { get; }

    /// <summary>Feature maps between the blocks.</summary>
    public long Width { get; }

    /// <summary>Residual blocks.</summary>
    public int Blocks { get; }

    /// <summary>Feature maps that each convolution of a dense block adds.</summary>
    public long Growth { get; }

    /// <summary>How many times larger the images become.</summary>
    public int Scale { get; }

    /// <inheritdoc/>
    public InferenceMode InferenceMode => InferenceMode.RunningStatistics;

    /// <inheritdoc/>
    public PictureSizes PictureSizes => new(_fold);

    /// <summary>[0, 1], of what it takes and makes.</summary>
    public ValueRange Range => ValueRange.Unit;

    /// <summary>Enlarges images.</summary>
    /// <param name="images">
    /// (B, <see cref="InChannels"/>, H, W), in [0, 1] in the reference: of any size at scale 4, H and W even at scale 2,
    /// and multiples of 4 at scale 1.
    /// </param>
    /// <returns>
    /// Images (B, <see cref="OutChannels"/>, sH, sW), where s is <see cref="Scale"/>; about [0, 1], not clipped.
    /// </returns>
    /// <exception cref="ArgumentException">
    /// The images have another shape; the message names a size that fits.
    /// </exception>
    public override Tensor forward(Tensor images)
    {
        NetworkGuard.RequireMultiples(images, InChannels, _fold, nameof(RrdbGenerator));
        using var scope = NewDisposeScope();
        var folded = functional.pixel_unshuffle(images, _fold); // (B, C f², H/f, W/f)
        var maps = _first.call(folded);                         // (B, w, H/f, W/f)
        maps = maps.Plus(maps.Through([_body, _afterBody]));
        foreach (var convolution in new[] { _up1, _up2 })
        {
            using var smaller = maps;
            using var enlarged = functional.interpolate(smaller, scale_factor: [2, 2], mode: InterpolationMode.Nearest);
            maps = Activate(convolution.call(enlarged)); // (B, w, sH, sW) in the end
        }

        using var sharp = Activate(_highResolution.call(maps));
        return _last.call(sharp).MoveToOuterDisposeScope(); // (B, C, sH, sW)
    }

    IEnumerable<(string Naming, IReadOnlyDictionary<string, string> ToNetwork)> IHasFileNames.FileNames => RrdbNames.All.Skip(1)
        .Select(naming => (naming.Description, (IReadOnlyDictionary<string, string>)naming.ToNetwork(Blocks)));

    nn.Module IRebuildable.Rebuild() => new RrdbGenerator(InChannels, OutChannels, Width, Blocks, Growth, Scale);

    private static Tensor Activate(Tensor maps) => maps.LeakyInPlace(0.2);

    private static Conv2d Convolution(long inMaps, long outMaps) => Layer.Conv2d(inMaps, outMaps, 3, padding: 1L);
}

/// <summary>
/// The residual in residual dense block of <see cref="RrdbGenerator"/>: <c>x + 0.2 F(x)</c>, where F is three dense
/// blocks in turn.
/// </summary>
[Samplewise]
internal sealed class RrdbBlock : Module<Tensor, Tensor>
{
    internal const int DenseBlocks = 3;

    private readonly RrdbDenseBlock[] _dense;

    internal RrdbBlock(long width, long growth) : base(nameof(RrdbBlock))
    {
        _dense = [.. Enumerable.Range(0, DenseBlocks).Select(_ => new RrdbDenseBlock(width, growth))];
        foreach (var (index, block) in _dense.Index())
        {
            register_module($"rdb{index + 1}", block);
        }
    }

    public override Tensor forward(Tensor input)
    {
        using var residual = input.Through(_dense);
        return input.PlusTimes(residual, RrdbDenseBlock.ResidualScale); // (B, w, H, W)
    }
}

/// <summary>
/// The dense block of ESRGAN: four convolutions each see the input and the output of all before them, with LeakyReLU of slope 0.2 after
/// each; a fifth sees all of that, and <c>x + 0.2 F(x)</c> is the result.
/// </summary>
[Samplewise]
internal sealed class RrdbDenseBlock : Module<Tensor, Tensor>
{
    internal const int Convolutions = 5;
    internal const double ResidualScale = 0.2;

    // BasicSR multiplies Kaiming's weights by this; without normalisation they have to start small.
    private const double InitialScale = 0.1;

    private readonly Conv2d[] _growing;
    private readonly Conv2d _last;

    internal RrdbDenseBlock(long width, long growth) : base(nameof(RrdbDenseBlock))
    {
        _growing = [.. Enumerable.Range(0, Convolutions - 1).Select(i => Layer.Conv2d(width + i * growth, growth, 3, padding: 1L))];
        _last = Layer.Conv2d(width + 4 * growth, width, 3, padding: 1L);
        foreach (var (index, convolution) in _growing.Append(_last).Index())
        {
            register_module($"conv{index + 1}", convolution);
        }

        this.Initialize(Initializer.KaimingNormal(InitialScale * Gain.Relu));
    }

    public override Tensor forward(Tensor input)
    {
        var maps = input.alias(); // (B, w, H, W), growing to (B, w + 4g, H, W)
        foreach (var convolution in _growing)
        {
            using var before = maps;
            using var linear = convolution.call(before);
            using var grown = linear.LeakyInPlace(0.2); // (B, g, H, W)
            maps = cat([before, grown], 1);
        }

        using var all = maps;
        using var residual = _last.call(all);
        return input.PlusTimes(residual, ResidualScale); // (B, w, H, W)
    }
}
