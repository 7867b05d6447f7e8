using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace GanKit.Networks;

/// <summary>Discriminators without their last layer, for conditional heads.</summary>
internal static class FeatureBody
{
    /// <summary>
    /// The body of <see cref="DcganDiscriminator"/>: (B, features), which are its last maps in a row.
    /// </summary>
    internal static Sequential Dcgan(long imageSize, long channels, long width, out long features)
    {
        NativeBackend.EnsureLoaded();
        var halvings = NetworkGuard.HalvingsTo4(imageSize, nameof(imageSize));
        RequirePositive(channels, width);
        features = (width << (halvings - 1)) * 4 * 4;
        return Number(new ImageCheck(channels, imageSize), [.. DcganDiscriminator.Stages(halvings, channels, width), Flatten()]);
    }

    /// <summary>The body of <see cref="SnDcganDiscriminator"/>: (B, features, 4, 4).</summary>
    internal static Sequential SnDcgan(long imageSize, long channels, long width, out long features)
    {
        NativeBackend.EnsureLoaded();
        var halvings = NetworkGuard.HalvingsTo4(imageSize, nameof(imageSize));
        RequirePositive(channels, width);
        features = SnDcganDiscriminator.Features(halvings, width);
        return Number(new ImageCheck(channels, imageSize), SnDcganDiscriminator.Stages(halvings, channels, width))
            .Initialize(Initializer.Dcgan);
    }

    /// <summary>The body of <see cref="SnganDiscriminator"/>: (B, features, h, w), after a ReLU.</summary>
    internal static Sequential Sngan(
        long imageSize, long channels, long? width, bool spectralNorm, out long features)
    {
        NativeBackend.EnsureLoaded();
        var layout = SnganLayout.For(imageSize);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(channels);
        var maps = SnganLayout.Channels(width ?? layout.DefaultDiscriminatorWidth, layout.DiscriminatorDivisors);
        features = maps[^1];
        return Sequential(
        [
            ("check", new ImageCheck(channels, imageSize)),
            .. SnganDiscriminator.Blocks(layout, channels, maps, spectralNorm).Select((block, index) => ($"block{index + 1}", block)),
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

    /// <summary>Passes images of one shape on, and refuses others.</summary>
    private sealed class ImageCheck(long channels, long size) : Module<Tensor, Tensor>(nameof(ImageCheck))
    {
        public override Tensor forward(Tensor images)
        {
            NetworkGuard.RequireImages(images, channels, size, size, "discriminator");
            return images.alias();
        }
    }
}
