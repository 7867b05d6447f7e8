using static TorchSharp.torch;

namespace GanKit.Networks;

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
                $"This {network} takes images of shape (B, {channels}, {height}, {width}), not {images.Describe()}." +
                HintAtBatch(images, channels), nameof(images));
        }

        RequireFloats(images, network);
    }

    /// <summary>Requires a batch of images with these channels, of any size that is at least as large as given.</summary>
    internal static void RequireImages(Tensor images, long channels, string network, long smallest = 1)
    {
        ArgumentNullException.ThrowIfNull(images);
        if (images.shape is not [_, var c, var h, var w] || c != channels || h < smallest || w < smallest)
        {
            var limit = smallest > 1 ? $" of at least {smallest} x {smallest} pixels" : "";
            throw new ArgumentException(
                $"This {network} takes images of shape (B, {channels}, H, W){limit}, not {images.Describe()}." +
                HintAtBatch(images, channels), nameof(images));
        }

        RequireFloats(images, network);
    }

    /// <summary>
    /// Requires a batch of images with these channels whose height and width are multiples of a number, and not too
    /// small.
    /// </summary>
    internal static void RequireMultiples(
        Tensor images, long channels, long multiple, string network, long smallest = 1)
    {
        ArgumentNullException.ThrowIfNull(images);
        smallest = Math.Max(smallest, multiple);
        if (images.shape is [_, var c, var h, var w] && c == channels)
        {
            RequireFloats(images, network);
            if (Fits(h) && Fits(w))
                return;
            throw new ArgumentException(
                $"This {network} takes images whose height and width are multiples of {multiple} and at least " +
                $"{smallest}, not {images.Describe()}. The nearest size that fits is {Nearest(h)} x {Nearest(w)}; " +
                "Translate takes any.", nameof(images));
        }

        throw new ArgumentException(
            $"This {network} takes images of shape (B, {channels}, H, W), H and W multiples of {multiple} and at " +
            $"least {smallest}, not {images.Describe()}." + HintAtBatch(images, channels), nameof(images));

        bool Fits(long size) => size >= smallest && size % multiple == 0;

        long Nearest(long size) => Math.Max(smallest, (size + multiple / 2) / multiple * multiple);
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

        if (!latents.is_floating_point())
        {
            throw new ArgumentException(
                $"This {network} takes latents of floating-point numbers, not {latents.dtype}: latents.to(float32), or draw them "
                + "with randn.", nameof(latents));
        }
    }

    private static string HintAtBatch(Tensor images, long channels) =>
        images.shape is [var c, _, _] && c == channels ? " A single image becomes a batch of one by unsqueeze(0)." : "";

    /// <summary>Bytes would fail deep inside, with a message about scalar types.</summary>
    private static void RequireFloats(Tensor images, string network)
    {
        if (!images.is_floating_point())
        {
            throw new ArgumentException(
                $"This {network} takes floating-point images, usually in [-1, 1], not {images.dtype}. From bytes: " +
                "bytes.to(float32) / 127.5 - 1.", nameof(images));
        }
    }
}
