using GanKit.Layers;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace GanKit.Networks;

/// <summary>
/// The residual generator of SNGAN with a condition: <see cref="SnganGenerator"/> with conditional batch
/// normalisation in its blocks. Its partner is <see cref="ProjectionDiscriminator.Resnet"/>.
/// </summary>
/// <remarks>
/// Layers, widths and state keys are mimicry's <c>CGANPDGenerator32</c> and <c>CGANPDGenerator128</c> and, between them,
/// the authors' network for 64 x 64: <see cref="SnganGenerator"/>'s, with <c>block2.b1.bn.running_mean</c>,
/// <c>block2.b1.embed.weight</c> ... for the blocks' normalisations. The last normalisation is a plain one, as in both.
/// See <see cref="ConditionalSnganGeneratorBlock"/> for a block.
/// <para>
/// A fresh network has Xavier-uniform weights, of gain sqrt(2) in residual branches and 1 elsewhere, from the global
/// random source; all classes begin with gains of 1 and biases of 0, as in the authors' code (mimicry's gains begin at
/// N(1, 0.02)).
/// </para>
/// <para>
/// Miyato, Koyama: cGANs with Projection Discriminator, ICLR 2018, arXiv:1802.05637; mimicry: Lee and Town 2020,
/// arXiv:2005.02494.
/// </para>
/// </remarks>
public sealed class ConditionalSnganGenerator : Module<Tensor, Tensor, Tensor>, IRebuildable, IClassConditional
{
    // An array, since the names of what is in it depend on the size.
    private readonly nn.Module[] _stages;
    private readonly Module<Tensor, Tensor> _dense;

    /// <summary>Builds the network on the CPU, in training mode.</summary>
    /// <param name="conditioning">The conditions: classes or attributes.</param>
    /// <param name="imageSize">Height and width of the images: 32 (the default), 64 or 128.</param>
    /// <param name="channels">Channels of the images; 3, colour, in the reference.</param>
    /// <param name="latentSize">Length of a latent vector, <c>nz</c> in the reference; 128 there.</param>
    /// <param name="width">
    /// Channels of the widest maps, <c>ngf</c> in the reference. Default: as there, 256 at 32 x 32, otherwise 1024. At
    /// 64 and 128 a multiple of 16.
    /// </param>
    /// <exception cref="ArgumentOutOfRangeException">A number is out of its range.</exception>
    public ConditionalSnganGenerator(
        Conditioning conditioning, long imageSize = 32, long channels = 3, long latentSize = 128, long? width = null)
        : base(NativeBackend.For(nameof(ConditionalSnganGenerator)))
    {
        ArgumentNullException.ThrowIfNull(conditioning);
        var layout = SnganLayout.For(imageSize);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(channels);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(latentSize);
        Width = width ?? layout.DefaultGeneratorWidth;
        var maps = SnganLayout.Channels(Width, layout.GeneratorDivisors);
        (Conditioning, ImageSize, Channels, LatentSize) = (conditioning, imageSize, channels, latentSize);

        _dense = SnganConvolutions.Dense(
            latentSize, maps[0] * SnganLayout.BottomSize * SnganLayout.BottomSize, spectralNorm: false);
        ConditionalSnganGeneratorBlock[] blocks =
        [
            .. maps.Zip(maps.Skip(1), (before, after) => new ConditionalSnganGeneratorBlock(before, after, conditioning)),
        ];
        var norm = new BatchNormalization(maps[^1]);
        var toImage = SnganConvolutions.ToImage(maps[^1], channels);
        _stages = [.. blocks, norm, ReLU(), toImage, Tanh()];

        register_module("l1", _dense);
        foreach (var (index, block) in blocks.Index())
        {
            register_module($"block{index + 2}", block);
        }

        register_module($"b{blocks.Length + 2}", norm);
        register_module($"c{blocks.Length + 2}", toImage);
    }

    /// <summary>The conditions.</summary>
    public Conditioning Conditioning { get; }

    long? IClassConditional.ClassCount => Conditioning.AreClasses ? Conditioning.NoClass ?? Conditioning.Size : null;

    /// <summary>Height and width of the images, in pixels.</summary>
    public long ImageSize { get; }

    /// <summary>Channels of the images.</summary>
    public long Channels { get; }

    /// <summary>Length of a latent vector.</summary>
    public long LatentSize { get; }

    /// <summary>Channels of the widest maps.</summary>
    public long Width { get; }

    /// <summary>Makes images from latents and conditions.</summary>
    /// <param name="latents">
    /// (B, <see cref="LatentSize"/>) or (B, <see cref="LatentSize"/>, 1, 1); normal in the reference.
    /// </param>
    /// <param name="condition">Labels (B) or attributes (B, A), one for each latent.</param>
    /// <returns>
    /// Images (B, <see cref="Channels"/>, <see cref="ImageSize"/>, <see cref="ImageSize"/>) in [-1, 1].
    /// </returns>
    /// <exception cref="ArgumentException">Latents or condition do not fit.</exception>
    public override Tensor forward(Tensor latents, Tensor condition)
    {
        NetworkGuard.RequireLatents(latents, LatentSize, nameof(ConditionalSnganGenerator));
        Conditioning.Require(condition, nameof(ConditionalSnganGenerator), latents.size(0));
        using var scope = NewDisposeScope();
        var maps = _dense.call(latents.flatten(1));
        maps = maps.reshape(latents.size(0), -1, SnganLayout.BottomSize, SnganLayout.BottomSize);  // (B, width, 4, 4)
        return maps.LaidOutFor(_stages[0]).Through(_stages, condition).MoveToOuterDisposeScope();  // (B, C, S, S)
    }

    nn.Module IRebuildable.Rebuild() =>
        new ConditionalSnganGenerator(Conditioning, ImageSize, Channels, LatentSize, Width);
}
