using TorchSharp;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace GanKit;

/// <summary>Runs generators on pictures as they come: of any size, in [-1, 1].</summary>
public static class Inference
{
    /// <summary>Sends images through a generator that turns images into images.</summary>
    /// <remarks>
    /// Sizes that do not fit grow on all sides, by reflection, to the next that does, and what that adds is cut off
    /// again. Where the network works in [0, 1], values are converted on the way in and out. The network stays in the
    /// mode, training or evaluation, that it is in; no gradients are kept.
    /// <code>
    /// using var generator = GeneratorFactory.FromCheckpoint("latest_net_G.pth", new(), out var recognition);
    /// using var zebra = generator.Translate(Images.Read("horse.jpg"), recognition.Network!.Use);
    /// </code>
    /// </remarks>
    /// <param name="generator">The network.</param>
    /// <param name="images">Images (B, C, H, W) in [-1, 1], C the network's input channels; on any device.</param>
    /// <param name="use">What the network takes and gives.</param>
    /// <returns>
    /// Images (B, C', sH, sW) in [-1, 1], s being the network's scale, on its device; the caller owns them.
    /// </returns>
    /// <exception cref="ArgumentException">
    /// The network does not turn images into images, or they have another shape.
    /// </exception>
    public static Tensor Translate(this Module<Tensor, Tensor> generator, Tensor images, NetworkUse use)
    {
        ArgumentNullException.ThrowIfNull(generator);
        ArgumentNullException.ThrowIfNull(images);
        ArgumentNullException.ThrowIfNull(use);
        if (!use.MakesImages || use.LatentSize is not null)
            throw new ArgumentException($"The network turns {use}, not images into images.", nameof(use));
        if (images.shape is not [_, var channels, > 0 and var height, > 0 and var width] || channels != use.InChannels)
        {
            throw new ArgumentException(
                $"The images should be of shape (B, {use.InChannels}, H, W), not {images.Describe()}.", nameof(images));
        }

        using var scope = NewDisposeScope();
        using var noGrad = no_grad();
        var input = generator.parameters().FirstOrDefault() is { } weight ? images.to(weight.device) : images;
        if (use.Black == 0)
            input = (input + 1) / 2;
        var (top, tall) = Extend(ref input, dimension: 2, SizeThatFits(height, use));
        var (left, wide) = Extend(ref input, dimension: 3, SizeThatFits(width, use));
        var output = generator.call(input);
        if (tall)
            output = output.narrow(2, top * use.Scale, height * use.Scale);
        if (wide)
            output = output.narrow(3, left * use.Scale, width * use.Scale);
        if (use.Black == 0)
            output = output * 2 - 1;
        output = output.clamp(-1, 1); // super-resolution networks overshoot a little
        return output.contiguous().MoveToOuterDisposeScope(); // (B, C', sH, sW)
    }

    private static long SizeThatFits(long size, NetworkUse use)
    {
        var least = Math.Max(size, use.Smallest);
        return (least + use.Multiple - 1) / use.Multiple * use.Multiple;
    }

    /// <summary>
    /// Grows one dimension on both sides; a reflection adds at most one less than there is, so it may take several.
    /// </summary>
    /// <returns>What was added in front, and whether anything was added.</returns>
    private static (long Front, bool Grown) Extend(ref Tensor images, int dimension, long target)
    {
        var (front, grown) = (0L, false);
        for (var size = images.shape[dimension]; size < target; size = images.shape[dimension])
        {
            var most = Math.Max(size - 1, 1);
            var before = Math.Min((target - size) / 2, most);
            var after = Math.Min(target - size - before, most);
            var mode = size > 1 ? PaddingModes.Reflect : PaddingModes.Replicate;
            images = functional.pad(images, dimension == 2 ? [0, 0, before, after] : [before, after, 0, 0], mode);
            (front, grown) = (front + before, true);
        }

        return (front, grown);
    }
}
