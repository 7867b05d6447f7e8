using GanKit.Layers;
using TorchSharp.Modules;
using TorchSharp.Utils;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace GanKit.Networks;

/// <summary>
/// Several <see cref="PatchDiscriminator"/>s of one form, which look at the image and at ever smaller copies: the first
/// judges detail, the last composition.
/// </summary>
/// <remarks>
/// Each copy has half the size of the one before, by the mean over 3 x 3 pixels (those within the image) at stride 2.
/// State keys are <c>scales.0.model.0.weight</c>, ..., the full size first.
/// <para>
/// <see cref="Discriminate"/> gives each scale's map of logits as it is. The objectives use it: each map goes through the
/// adversarial loss by itself, and the losses are summed, as in pix2pixHD. <see cref="forward"/> gives one tensor, for
/// code that takes no other: the maps are stretched to the first one's size by repeating logits. A loss, which averages,
/// then counts every scale alike and is about the sum divided by <see cref="Scales"/>; not exactly where a size is no
/// multiple of the other, since some logits are then repeated once more than others. Regularizers see that tensor.
/// </para>
/// <para>A fresh network is initialised by <see cref="Initializer.Dcgan"/> from the global random source.</para>
/// <para>
/// Wang, Liu, Zhu, Tao, Kautz, Catanzaro: High-Resolution Image Synthesis and Semantic Manipulation with Conditional
/// GANs, CVPR 2018, arXiv:1711.11585.
/// </para>
/// </remarks>
[Samplewise]
public sealed class MultiScaleDiscriminator : Module<Tensor, Tensor>, IFeatureDiscriminator, IRebuildable
{
    [ComponentName(Name = "scales")]
    private readonly ModuleList<PatchDiscriminator> _scales;

    /// <summary>Builds the network on the CPU, in training mode.</summary>
    /// <param name="inChannels">
    /// Channels of what is judged: 3 for a colour image (the default), 6 for a pair of them.
    /// </param>
    /// <param name="scales">How many discriminators, from 1 to 8; 3 in the paper.</param>
    /// <param name="width">Feature maps of each one's first convolution; 64 in the paper.</param>
    /// <param name="layers">Each one's convolutions of stride 2, from 1 to 16; 3 in the paper.</param>
    /// <param name="norm">
    /// The normalisation. Default: <see cref="Norm.Instance"/>, the paper's, with <paramref name="spectralNorm"/> too.
    /// <see cref="Norm.None"/> leaves it out.
    /// </param>
    /// <param name="spectralNorm">Whether all convolutions have spectral normalisation. Default: no.</param>
    /// <exception cref="ArgumentOutOfRangeException">A number is out of its range.</exception>
    public MultiScaleDiscriminator(
        long inChannels = 3, int scales = 3, long width = 64, int layers = 3, Norm? norm = null, bool spectralNorm = false)
        : base(NativeBackend.For(nameof(MultiScaleDiscriminator)))
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(scales, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(scales, 8);
        norm ??= Norm.Instance;
        _scales = new([.. Enumerable.Range(0, scales).Select(
            _ => new PatchDiscriminator(inChannels, width, layers, norm, spectralNorm))]);
        RegisterComponents();
    }

    /// <summary>How many discriminators there are.</summary>
    public int Scales => _scales.Count;

    /// <summary>Judges patches of images at all scales.</summary>
    /// <param name="images">
    /// (B, inChannels, H, W), H and W at least <c>3 · 2^(layers + scales - 1)</c>: 96 with the defaults.
    /// </param>
    /// <returns>
    /// Logits (B, <see cref="Scales"/>, H', W'), before any sigmoid; H' and W' as
    /// <see cref="PatchDiscriminator"/>'s.
    /// </returns>
    /// <exception cref="ArgumentException">The images have another shape.</exception>
    public override Tensor forward(Tensor images)
    {
        using var scope = NewDisposeScope();
        var maps = OfEachScale(images, (scale, image) => scale.call(image));
        long[] size = [maps[0].size(2), maps[0].size(3)];
        var stretched = maps.Skip(1).Select(map => functional.interpolate(map, size, mode: InterpolationMode.Nearest));
        return cat([maps[0], .. stretched], 1).MoveToOuterDisposeScope(); // (B, n, H', W')
    }

    bool IRebuildable.FeedsItsNorms => ((IRebuildable)_scales[0]).FeedsItsNorms;

    nn.Module IRebuildable.Rebuild()
    {
        var one = _scales[0];
        return new MultiScaleDiscriminator(one.InChannels, Scales, one.Width, one.Layers, one.Norm, one.SpectralNorm);
    }

    /// <summary>Judges patches of images at all scales, and returns intermediate activations.</summary>
    /// <param name="images">As for <see cref="forward"/>.</param>
    /// <returns>
    /// An output for each scale, the full size first: logits (B, 1, H', W'), and the activations as
    /// <see cref="PatchDiscriminator.Discriminate"/> has them. The caller owns them.
    /// </returns>
    /// <exception cref="ArgumentException">The images have another shape.</exception>
    public IReadOnlyList<DiscriminatorOutput> Discriminate(Tensor images) => OfEachScale(images, (scale, image) => scale.Discriminate(image)[0]);

    private List<T> OfEachScale<T>(Tensor images, Func<PatchDiscriminator, Tensor, T> judge)
    {
        var first = _scales[0];
        NetworkGuard.RequireImages(
            images, first.InChannels, nameof(MultiScaleDiscriminator), smallest: (3L << first.Layers) << (Scales - 1));
        var results = new List<T>();
        var current = images.alias();
        foreach (var scale in _scales)
        {
            if (results.Count > 0)
            {
                var larger = current;
                current = functional.avg_pool2d(larger, 3, stride: 2, padding: 1, count_include_pad: false);
                larger.Dispose();
            }

            results.Add(judge(scale, current));
        }

        current.Dispose();
        return results;
    }
}
