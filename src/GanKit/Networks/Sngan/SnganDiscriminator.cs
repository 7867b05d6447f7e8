using GanKit.Layers;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace GanKit.Networks;

/// <summary>
/// The residual discriminator of SNGAN: residual blocks without batch normalisation, ReLU, the sum over all positions,
/// and a linear layer; every weight has spectral normalisation.
/// </summary>
/// <remarks>
/// At 32 x 32 (the CIFAR-10 network) two blocks halve the image to 8 x 8 and two keep the size, all of one width; at
/// 64 x 64 five blocks halve it to 2 x 2 and double the width from 1/16; at 128 x 128 a sixth follows that keeps both.
/// See <see cref="SnganImageBlock"/> and <see cref="SnganDiscriminatorBlock"/>. The network for 32 x 32 has 1,053,825
/// parameters.
/// <para>
/// Layers, widths and names are mimicry's: <c>block1.c1</c>, <c>block1.c2</c>, <c>block1.c_sc</c>, <c>block2.c1</c> ...
/// <c>l5</c> at 32 (<c>l6</c> at 64, <c>l7</c> at 128). The parts of a normalised layer have the keys of PyTorch's own
/// <c>parametrizations.spectral_norm</c> (<c>block1.c1.parametrizations.weight.original</c>; see
/// <see cref="SpectralNormLayer"/>), where mimicry's files have <c>block1.c1.weight</c>, <c>sn_u</c> and
/// <c>sn_sigma</c>.
/// </para>
/// <para>
/// A fresh network has Xavier-uniform weights, of gain sqrt(2) in residual branches and 1 elsewhere, from the global
/// random source.
/// </para>
/// <para>
/// Miyato, Kataoka, Koyama, Yoshida: Spectral Normalization for Generative Adversarial Networks, ICLR 2018,
/// arXiv:1802.05957; mimicry: Lee and Town 2020, arXiv:2005.02494.
/// </para>
/// </remarks>
[Samplewise]
public sealed class SnganDiscriminator : Module<Tensor, Tensor>, IRebuildable
{
    // An array, since the last one's name depends on the size.
    private readonly Module<Tensor, Tensor>[] _layers;
    private readonly bool _spectralNorm;

    /// <summary>Builds the network on the CPU, in training mode.</summary>
    /// <param name="imageSize">Height and width of the images: 32 (the default), 64 or 128.</param>
    /// <param name="channels">Channels of the images; 3, colour, in the reference.</param>
    /// <param name="width">
    /// Channels of the widest maps, <c>ndf</c> in the reference. Default: as there, 128 at 32 x 32, otherwise 1024. At
    /// 64 and 128 a multiple of 16.
    /// </param>
    /// <param name="spectralNorm">
    /// Whether weights are normalised. Default: true. Without, for critics with a gradient penalty, the keys are plain:
    /// <c>block1.c1.weight</c>.
    /// </param>
    /// <exception cref="ArgumentOutOfRangeException">A number is out of its range.</exception>
    public SnganDiscriminator(long imageSize = 32, long channels = 3, long? width = null, bool spectralNorm = true)
        : base(NativeBackend.For(nameof(SnganDiscriminator)))
    {
        var layout = SnganLayout.For(imageSize);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(channels);
        Width = width ?? layout.DefaultDiscriminatorWidth;
        var maps = SnganLayout.Channels(Width, layout.DiscriminatorDivisors);
        (ImageSize, Channels, _spectralNorm) = (imageSize, channels, spectralNorm);

        _layers = [.. Blocks(layout, channels, maps, spectralNorm), SnganConvolutions.Dense(maps[^1], 1, spectralNorm)];

        // The reference numbers its layers from the image to the logit: block1, ..., block4, l5.
        foreach (var (index, layer) in _layers.Index())
        {
            register_module(index < maps.Length ? $"block{index + 1}" : $"l{index + 1}", layer);
        }
    }

    /// <summary>Height and width of the images, in pixels.</summary>
    public long ImageSize { get; }

    /// <summary>Channels of the images.</summary>
    public long Channels { get; }

    /// <summary>Channels of the widest maps.</summary>
    public long Width { get; }

    /// <summary>Judges images.</summary>
    /// <param name="images">
    /// (B, <see cref="Channels"/>, <see cref="ImageSize"/>, <see cref="ImageSize"/>), in [-1, 1] in the reference.
    /// </param>
    /// <returns>Logits (B, 1), before any sigmoid: the higher, the more real.</returns>
    /// <exception cref="ArgumentException">The images have another shape.</exception>
    public override Tensor forward(Tensor images)
    {
        NetworkGuard.RequireImages(images, Channels, ImageSize, ImageSize, nameof(SnganDiscriminator));
        using var scope = NewDisposeScope();
        var maps = images;
        foreach (var block in _layers[..^1])
        {
            maps = block.call(maps);
        }

        var features = functional.relu(maps).sum([2, 3]);             // (B, width)
        return _layers[^1].call(features).MoveToOuterDisposeScope();  // (B, 1)
    }

    nn.Module IRebuildable.Rebuild() => new SnganDiscriminator(ImageSize, Channels, Width, _spectralNorm);

    /// <summary>All but the ReLU and the linear layer.</summary>
    internal static IEnumerable<Module<Tensor, Tensor>> Blocks(SnganLayout layout, long channels, long[] maps, bool spectralNorm)
    {
        yield return new SnganImageBlock(channels, maps[0], spectralNorm);
        for (var index = 1; index < maps.Length; index++)
        {
            yield return new SnganDiscriminatorBlock(
                maps[index - 1], maps[index], downsample: index < maps.Length - layout.PlainBlocks, spectralNorm);
        }
    }
}
