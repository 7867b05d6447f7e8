using GanKit.Layers;
using TorchSharp.Modules;
using TorchSharp.Utils;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace GanKit.Networks;

/// <summary>
/// The discriminator of SRGAN: 3 x 3 convolutions, every second of which halves the image, then one logit from the
/// average over all positions; so it judges images of any size.
/// </summary>
/// <remarks>
/// Convolutions to w, w, 2w, 2w, 4w, 4w, 8w, 8w feature maps with strides 1 and 2 in turn, batch normalisation after all
/// but the first, LeakyReLU of slope 0.2; the mean over positions; 1 x 1 convolutions to 16w and to 1, LeakyReLU between
/// them.
/// <para>
/// Layers and state keys (<c>net.0.weight</c>, <c>net.2.weight</c>, ..., <c>net.24.weight</c>, <c>net.26.weight</c>) are
/// those of the PyTorch implementation by <c>leftthomas</c>. That one ends in a sigmoid; this network returns the logit
/// before it, which every loss expects. With the defaults there are 5,215,425 parameters.
/// </para>
/// <para>A fresh network has PyTorch's default weights from the global random source, as there.</para>
/// <para>
/// Ledig et al.: Photo-Realistic Single Image Super-Resolution Using a Generative Adversarial Network, CVPR 2017,
/// arXiv:1609.04802, which has two linear layers in place of the mean and the 1 x 1 convolutions.
/// </para>
/// </remarks>
[Samplewise]
public sealed class SrganDiscriminator : Module<Tensor, Tensor>, IRebuildable
{
    [ComponentName(Name = "net")]
    private readonly Sequential _net;

    /// <summary>Builds the network on the CPU, in training mode.</summary>
    /// <param name="channels">Channels of the images; 3, colour, in the reference.</param>
    /// <param name="width">Feature maps of the first convolution; 64 in the reference.</param>
    /// <exception cref="ArgumentOutOfRangeException">A number is not positive.</exception>
    public SrganDiscriminator(long channels = 3, long width = 64)
        : base(NativeBackend.For(nameof(SrganDiscriminator)))
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(channels);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(width);
        (Channels, Width) = (channels, width);

        _net = Sequential(Layer.Conv2d(channels, width, 3, padding: 1L), new LeakyLayer(0.2));
        AddConvolution(width, width, stride: 2);
        for (var maps = 2 * width; maps <= 8 * width; maps *= 2)
        {
            AddConvolution(maps / 2, maps, stride: 1);
            AddConvolution(maps, maps, stride: 2); // (B, 8w, H/16, W/16) in the end, rounded up
        }

        _net.append(AdaptiveAvgPool2d(1)) // (B, 8w, 1, 1)
            .append(Layer.Conv2d(8 * width, 16 * width, 1))
            .append(new LeakyLayer(0.2))
            .append(Layer.Conv2d(16 * width, 1, 1));
        RegisterComponents();
    }

    /// <summary>Channels of the images.</summary>
    public long Channels { get; }

    /// <summary>Feature maps of the first convolution.</summary>
    public long Width { get; }

    /// <summary>Judges images.</summary>
    /// <param name="images">(B, <see cref="Channels"/>, H, W), of any size; in [0, 1] in the reference.</param>
    /// <returns>Logits (B, 1), before any sigmoid: the higher, the more real.</returns>
    /// <exception cref="ArgumentException">The images have another shape.</exception>
    public override Tensor forward(Tensor images)
    {
        NetworkGuard.RequireImages(images, Channels, nameof(SrganDiscriminator));
        using var maps = _net.call(images); // (B, 1, 1, 1)
        return maps.reshape(images.shape[0], 1); // (B, 1)
    }

    nn.Module IRebuildable.Rebuild() => new SrganDiscriminator(Channels, Width);

    private void AddConvolution(long inMaps, long outMaps, long stride) =>
        _net.append(Layer.Conv2d(inMaps, outMaps, 3, stride: stride, padding: 1))
            .append(new BatchNormalization(outMaps))
            .append(new LeakyLayer(0.2, inplace: true));
}
