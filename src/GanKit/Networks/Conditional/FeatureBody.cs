using GanKit.Layers;
using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace GanKit;

/// <summary>Discriminators without their last layer, for conditional heads.</summary>
internal static class FeatureBody
{
    private const double SnDcganSlope = 0.1;

    /// <summary>
    /// The body of <see cref="DcganDiscriminator"/>: (B, features), which are its last maps in a row.
    /// </summary>
    internal static Sequential Dcgan(long imageSize, long channels, long width, out long features)
    {
        NativeBackend.EnsureLoaded();
        var halvings = NetworkGuard.HalvingsTo4(imageSize, nameof(imageSize));
        RequirePositive(channels, width);
        features = (width << (halvings - 1)) * 4 * 4;
        var stages = DcganStages.Down(halvings, channels, width).Cast<Module<Tensor, Tensor>>();
        return Number(new ImageCheck(channels, imageSize), [.. stages, Flatten()]);
    }

    /// <summary>The body of <see cref="SnDcganDiscriminator"/>: (B, features, 4, 4).</summary>
    internal static Sequential SnDcgan(long imageSize, long channels, long width, out long features)
    {
        NativeBackend.EnsureLoaded();
        var halvings = NetworkGuard.HalvingsTo4(imageSize, nameof(imageSize));
        RequirePositive(channels, width);
        var layers = new List<Module<Tensor, Tensor>>();
        var (inputs, maps) = (channels, width);
        for (var stage = 0; stage < halvings; stage++)
        {
            Add(new SpectralNormConv2d(inputs, maps, 3, stride: 1, padding: 1));
            Add(new SpectralNormConv2d(maps, maps, 4, stride: 2, padding: 1));
            (inputs, maps) = (maps, Math.Min(maps * 2, width * 8));
        }

        Add(new SpectralNormConv2d(inputs, maps, 3, stride: 1, padding: 1));
        features = maps;
        return Number(new ImageCheck(channels, imageSize), layers).Initialize(Initializer.Dcgan);

        void Add(SpectralNormConv2d convolution) =>
            layers.AddRange([convolution, new LeakyLayer(SnDcganSlope, inplace: true)]);
    }

    /// <summary>The body of <see cref="SnganDiscriminator"/>: (B, features, h, w), after a ReLU.</summary>
    internal static Sequential Sngan(
        long imageSize, long channels, long? width, bool spectralNorm, out long features)
    {
        NativeBackend.EnsureLoaded();
        var layout = SnganLayout.For(imageSize);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(channels);
        var maps = SnganLayout.Channels(width ?? layout.DefaultDiscriminatorWidth, layout.DiscriminatorDivisors);
        var halving = maps.Length - layout.PlainBlocks;
        features = maps[^1];
        return Sequential(
        [
            ("check", new ImageCheck(channels, imageSize)),
            ("block1", new SnganImageBlock(channels, maps[0], spectralNorm)),
            .. Enumerable.Range(1, maps.Length - 1).Select(index => ($"block{index + 1}",
                (Module<Tensor, Tensor>)new SnganDiscriminatorBlock(
                    maps[index - 1], maps[index], downsample: index < halving, spectralNorm))),
            ("relu", ReLU()),
        ]);
    }

    /// <summary>Runs a body; maps are summed over all positions.</summary>
    internal static Tensor Run(Module<Tensor, Tensor> body, Tensor images, long features, string network)
    {
        var found = body.call(images);
        if (found.dim() == 4)
            found = found.sum([2, 3]); // (B, F)
        if (found.dim() != 2 || found.size(0) != images.size(0) || found.size(1) != features)
        {
            throw new ArgumentException(
                $"The body of this {network} should find features ({images.size(0)}, {features}) or " +
                $"({images.size(0)}, {features}, H, W), but summed over positions they are {found.Describe()}.",
                nameof(images));
        }

        return found;
    }

    // The check gets no number, so that layers have those of the discriminators they come from.
    private static Sequential Number(ImageCheck check, IEnumerable<Module<Tensor, Tensor>> layers) =>
        Sequential([("check", check), .. layers.Select((layer, index) => ($"{index}", layer))]);

    private static void RequirePositive(long channels, long width)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(channels);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(width);
    }

    /// <summary>Lets images of one shape pass, and says what is wrong with others.</summary>
    private sealed class ImageCheck(long channels, long size) : Module<Tensor, Tensor>(nameof(ImageCheck))
    {
        public override Tensor forward(Tensor images)
        {
            NetworkGuard.RequireImages(images, channels, size, size, "discriminator");
            return images.alias();
        }
    }
}
