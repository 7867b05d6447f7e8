using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace GanKit;

/// <summary>Runs generators on pictures as they come: of any size, in [-1, 1].</summary>
public static class Inference
{
    /// <summary>Sends images through a generator that turns images into images.</summary>
    /// <remarks>
    /// Sizes that do not fit grow on all sides, by reflection, to the next that does, and what that adds is cut off
    /// again. Where the network works in [0, 1], values are converted on the way in and out. The network runs in the
    /// mode, training or evaluation, that it is in, and its running statistics stay as they are; no gradients are kept.
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
        var output = generator.Translate(use.Black == 0 ? (images + 1) / 2 : images, new TranslateOptions
        {
            Mode = InferenceMode.Current,
            Sizes = new(use.Multiple, use.Smallest),
        });
        if (use.Black == 0)
            output = output * 2 - 1;
        // Super-resolution networks overshoot a little.
        return output.clamp(-1, 1).MoveToOuterDisposeScope(); // (B, C', sH, sW)
    }
}
