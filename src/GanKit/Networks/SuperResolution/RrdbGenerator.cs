using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace GanKit;

/// <summary>
/// The generator of ESRGAN and Real-ESRGAN, RRDBNet: residual blocks of dense blocks without any normalisation, then two
/// doublings.
/// </summary>
/// <remarks>
/// A 3 x 3 convolution; the blocks, each <c>x + 0.2 F(x)</c> of three dense blocks that are of this form themselves; a
/// convolution, and the sum of what went in; twice nearest-neighbour doubling, convolution and new LeakyLayer(0.2); a
/// convolution and new LeakyLayer(0.2); a convolution. That enlarges 4 times. At scale 2 and 1, BasicSR first folds squares of
/// 2 x 2 or 4 x 4 pixels into channels, so that the blocks see fewer positions. At scale 4 and the defaults there are
/// 16,697,987 parameters (16,703,171 at 2, 16,723,907 at 1).
/// <para>
/// Layers and state keys are those of BasicSR (<c>conv_first.weight</c>, <c>body.0.rdb1.conv1.weight</c>, ...,
/// <c>conv_last.weight</c>), or those of ESRGAN's first release with <see cref="RrdbNaming.Original"/>.
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
    // Not RegisterComponents, since their names are a choice.
    private readonly Conv2d _first;
    private readonly Module<Tensor, Tensor>[] _deep;
    private readonly Conv2d[] _doublings;
    private readonly Conv2d _highResolution;
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
    /// <param name="naming">Whose state keys. Default: <see cref="RrdbNaming.BasicSr"/>.</param>
    /// <exception cref="ArgumentOutOfRangeException">
    /// <paramref name="scale"/> is not 4, 2 or 1, or another number is not positive.
    /// </exception>
    public RrdbGenerator(
        long inChannels = 3, long outChannels = 3, long width = 64, int blocks = 23, long growth = 32, int scale = 4,
        RrdbNaming? naming = null)
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
        (Growth, Scale, Naming) = (growth, scale, naming ?? RrdbNaming.BasicSr);

        _fold = 4 / scale;
        _first = Convolution(inChannels * _fold * _fold, width, "conv_first");
        var trunk = Sequential();
        for (var block = 0; block < blocks; block++)
        {
            trunk.append(new RrdbBlock(width, growth, Naming));
        }

        register_module(Naming.Trunk, trunk);
        _deep = [trunk, Convolution(width, width, Naming.AfterTrunk)];
        _doublings =
        [
            Convolution(width, width, Naming.FirstDoubling), Convolution(width, width, Naming.SecondDoubling),
        ];
        _highResolution = Convolution(width, width, Naming.HighResolution);
        _last = Convolution(width, outChannels, "conv_last");
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

    /// <summary>Whose state keys.</summary>
    public RrdbNaming Naming { get; }

    /// <inheritdoc/>
    public InferenceMode InferenceMode => InferenceMode.RunningStatistics;

    /// <inheritdoc/>
    public PictureSizes PictureSizes => new(_fold);

    /// <summary>Black is 0: it works in [0, 1].</summary>
    public double Black => 0;

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
        maps = maps.Plus(maps.Through(_deep));
        foreach (var convolution in _doublings)
        {
            using var smaller = maps;
            using var enlarged = functional.interpolate(smaller, scale_factor: [2, 2], mode: InterpolationMode.Nearest);
            maps = Activate(convolution.call(enlarged)); // (B, w, sH, sW) in the end
        }

        using var sharp = Activate(_highResolution.call(maps));
        return _last.call(sharp).MoveToOuterDisposeScope(); // (B, C, sH, sW)
    }

    IEnumerable<(string Naming, IReadOnlyDictionary<string, string> ToNetwork)> IHasFileNames.FileNames => RrdbFileNaming.Others(this);

    nn.Module IRebuildable.Rebuild() => new RrdbGenerator(InChannels, OutChannels, Width, Blocks, Growth, Scale, Naming);

    private static Tensor Activate(Tensor maps) => maps.LeakyInPlace(0.2);

    private Conv2d Convolution(long inMaps, long outMaps, string name)
    {
        var convolution = Conv2d(inMaps, outMaps, 3, padding: 1L);
        register_module(name, convolution);
        return convolution;
    }
}
