using GanKit.Layers;
using TorchSharp.Utils;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace GanKit.Networks;

/// <summary>
/// The residual generator of SNGAN: a linear layer makes 4 x 4 maps, residual blocks double them, a last convolution
/// and tanh make the image.
/// </summary>
/// <remarks>
/// At 32 x 32 (the CIFAR-10 network) three blocks keep the width; at 64 x 64 four blocks halve it each time; at 128 x
/// 128 five do, all but the first. Layers, widths and state keys are mimicry's: <c>l1</c>, <c>block2.c1</c>,
/// <c>block2.b1</c> ... <c>block4.c_sc</c>, <c>b5</c>, <c>c5</c> at 32 (<c>b6</c>, <c>c6</c> at 64 and <c>b7</c>,
/// <c>c7</c> at 128). The network for 32 x 32 has 4,276,739 parameters. See <see cref="SnganGeneratorBlock"/> for a
/// block.
/// <para>
/// A fresh network has Xavier-uniform weights, of gain sqrt(2) in residual branches and 1 elsewhere, from the global
/// random source. The recipe that goes with it: hinge loss, <see cref="SnganDiscriminator"/>, 5 discriminator steps,
/// Adam 2e-4 (0, 0.9).
/// </para>
/// <para>
/// Miyato, Kataoka, Koyama, Yoshida: Spectral Normalization for Generative Adversarial Networks, ICLR 2018,
/// arXiv:1802.05957; mimicry: Lee and Town 2020, arXiv:2005.02494.
/// </para>
/// </remarks>
public sealed class SnganGenerator : Module<Tensor, Tensor>, IRebuildable
{
    [ComponentName(Name = "l1")]
    private readonly Module<Tensor, Tensor> _dense;
    // An array, since the names of what is in it depend on the size.
    private readonly Module<Tensor, Tensor>[] _stages;

    /// <summary>Builds the network on the CPU, in training mode.</summary>
    /// <param name="imageSize">Height and width of the images: 32 (the default), 64 or 128.</param>
    /// <param name="channels">Channels of the images; 3, colour, in the reference.</param>
    /// <param name="latentSize">Length of a latent vector, <c>nz</c> in the reference; 128 there.</param>
    /// <param name="width">
    /// Channels of the widest maps, <c>ngf</c> in the reference. Default: as there, 256 at 32 x 32, otherwise 1024. At
    /// 64 and 128 a multiple of 16.
    /// </param>
    /// <exception cref="ArgumentOutOfRangeException">A number is out of its range.</exception>
    public SnganGenerator(long imageSize = 32, long channels = 3, long latentSize = 128, long? width = null)
        : base(NativeBackend.For(nameof(SnganGenerator)))
    {
        var layout = SnganLayout.For(imageSize);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(channels);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(latentSize);
        Width = width ?? layout.DefaultGeneratorWidth;
        var maps = SnganLayout.Channels(Width, layout.GeneratorDivisors);
        (ImageSize, Channels, LatentSize) = (imageSize, channels, latentSize);

        _dense = SnganConvolutions.Dense(
            latentSize, maps[0] * SnganLayout.BottomSize * SnganLayout.BottomSize, spectralNorm: false);
        var blocks = maps.Zip(maps.Skip(1), (before, after) => new SnganGeneratorBlock(before, after)).ToArray();
        var norm = new BatchNormalization(maps[^1]);
        var toImage = SnganConvolutions.ToImage(maps[^1], channels);
        _stages = [.. blocks, norm, ReLU(), toImage, Tanh()];

        // The reference numbers its layers from the latent to the image: l1, block2, ..., b5, c5.
        register_module("l1", _dense);
        foreach (var (index, block) in blocks.Index())
        {
            register_module($"block{index + 2}", block);
        }

        register_module($"b{blocks.Length + 2}", norm);
        register_module($"c{blocks.Length + 2}", toImage);
    }

    /// <summary>Height and width of the images, in pixels.</summary>
    public long ImageSize { get; }

    /// <summary>Channels of the images.</summary>
    public long Channels { get; }

    /// <summary>Length of a latent vector.</summary>
    public long LatentSize { get; }

    /// <summary>Channels of the widest maps.</summary>
    public long Width { get; }

    /// <summary>Makes images from latents.</summary>
    /// <param name="latents">
    /// (B, <see cref="LatentSize"/>) or (B, <see cref="LatentSize"/>, 1, 1); normal in the reference.
    /// </param>
    /// <returns>
    /// Images (B, <see cref="Channels"/>, <see cref="ImageSize"/>, <see cref="ImageSize"/>) in [-1, 1].
    /// </returns>
    /// <exception cref="ArgumentException">The latents have another shape.</exception>
    public override Tensor forward(Tensor latents)
    {
        NetworkGuard.RequireLatents(latents, LatentSize, nameof(SnganGenerator));
        using var scope = NewDisposeScope();
        var maps = _dense.call(latents.flatten(1));
        maps = maps.reshape(latents.size(0), -1, SnganLayout.BottomSize, SnganLayout.BottomSize);  // (B, width, 4, 4)
        maps = maps.LaidOutFor(_stages[0]);
        foreach (var stage in _stages)
        {
            maps = stage.call(maps);
        }

        return maps.MoveToOuterDisposeScope();
    }

    nn.Module IRebuildable.Rebuild() => new SnganGenerator(ImageSize, Channels, LatentSize, Width);
}
