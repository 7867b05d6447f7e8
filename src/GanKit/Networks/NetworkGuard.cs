using static TorchSharp.torch;

namespace GanKit;

/// <summary>The checks that networks make of what they are given, with messages that name the network.</summary>
internal static class NetworkGuard
{
    /// <summary>How often a square power-of-two image halves until it is 4 x 4: 2 at 16, 4 at 64, 6 at 256.</summary>
    internal static int HalvingsTo4(long imageSize, string parameterName)
    {
        if (imageSize is < 16 or > 256 || !long.IsPow2(imageSize))
        {
            throw new ArgumentOutOfRangeException(parameterName, imageSize,
                $"The image size must be a power of two from 16 to 256 (16, 32, 64, 128 or 256), not {imageSize}.");
        }

        return (int)long.Log2(imageSize) - 2;
    }

    /// <summary>How many numbers an image of this shape holds.</summary>
    internal static long CountPixels((long Channels, long Height, long Width) imageShape, string parameterName)
    {
        var (channels, height, width) = imageShape;
        if (channels <= 0 || height <= 0 || width <= 0)
        {
            throw new ArgumentOutOfRangeException(parameterName, imageShape,
                $"Channels, height and width of an image must be at least 1, not {channels} x {height} x {width}.");
        }

        return channels * height * width;
    }

    /// <summary>Requires a batch of images of one shape.</summary>
    internal static void RequireImages(Tensor images, long channels, long height, long width, string network)
    {
        ArgumentNullException.ThrowIfNull(images);
        if (images.shape is not [_, var c, var h, var w] || c != channels || h != height || w != width)
        {
            throw new ArgumentException(
                $"This {network} takes images of shape (B, {channels}, {height}, {width}), not {images.Describe()}.",
                nameof(images));
        }
    }

    /// <summary>Requires a batch of latent vectors, (B, n) or (B, n, 1, 1).</summary>
    internal static void RequireLatents(Tensor latents, long latentSize, string network)
    {
        ArgumentNullException.ThrowIfNull(latents);
        if (latents.shape is not ([_, _] or [_, _, 1, 1]) || latents.shape[1] != latentSize)
        {
            throw new ArgumentException(
                $"This {network} takes latents of shape (B, {latentSize}) or (B, {latentSize}, 1, 1), " +
                $"not {latents.Describe()}.",
                nameof(latents));
        }
    }
}
