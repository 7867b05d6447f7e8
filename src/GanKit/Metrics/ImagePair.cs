using static TorchSharp.torch;

namespace GanKit.Metrics;

/// <summary>What measures of pairs check alike.</summary>
internal static class ImagePair
{
    /// <summary>Throws unless both are images of one shape, type and device, at least so large.</summary>
    internal static void Require(Tensor images, Tensor targets, string measure, long least = 1, string why = "")
    {
        ArgumentNullException.ThrowIfNull(images);
        ArgumentNullException.ThrowIfNull(targets);
        if (images.dim() != 4 || images.shape[2] < least || images.shape[3] < least || images.numel() == 0)
        {
            throw new ArgumentException(
                $"{measure} needs images (B, C, H, W) of at least {least} x {least} pixels{why}, but the shape is {images.Describe()}.",
                nameof(images));
        }

        if (!images.is_floating_point())
        {
            throw new ArgumentException(
                $"{measure} needs images of a floating-point type, but these are {images.dtype}.", nameof(images));
        }

        if (!images.shape.SequenceEqual(targets.shape))
        {
            throw new ArgumentException(
                $"The images have shape {images.Describe()} and their targets {targets.Describe()}; they must be equal.", nameof(targets));
        }

        if (images.dtype != targets.dtype)
        {
            throw new ArgumentException(
                $"The images are {images.dtype} and their targets {targets.dtype}; they must be of one type.", nameof(targets));
        }

        if (!images.device.Matches(targets.device))
        {
            throw new ArgumentException(
                $"The images are on {images.device} and their targets on {targets.device}; they must be on one device.", nameof(targets));
        }
    }
}
