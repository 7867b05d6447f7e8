using static TorchSharp.torch;

namespace GanKit.Layers;

/// <summary>Checks what a layer was given, so that the message names the layer and both shapes.</summary>
internal static class Expect
{
    /// <summary>Requires feature maps (B, <paramref name="channels"/>, H, W).</summary>
    /// <exception cref="ArgumentException">The input has another shape.</exception>
    internal static void Maps(Tensor input, long channels, string layer)
    {
        ArgumentNullException.ThrowIfNull(input);
        if (input.dim() != 4 || input.size(1) != channels)
        {
            throw new ArgumentException(
                $"{layer} takes feature maps (B, {channels}, H, W); this input is {input.Describe()}.", nameof(input));
        }
    }

    /// <summary>Requires feature maps (B, C, H, W) with any number of channels.</summary>
    /// <exception cref="ArgumentException">The input does not have four dimensions.</exception>
    internal static void Maps(Tensor input, string layer)
    {
        ArgumentNullException.ThrowIfNull(input);
        if (input.dim() != 4)
        {
            throw new ArgumentException(
                $"{layer} takes feature maps (B, C, H, W); this input is {input.Describe()}.", nameof(input));
        }
    }

    /// <summary>Requires an even height and width, for layers that halve both.</summary>
    /// <exception cref="ArgumentException">One of the two is odd.</exception>
    internal static void EvenSize(Tensor input, string layer)
    {
        if (input.size(2) % 2 != 0 || input.size(3) % 2 != 0)
        {
            throw new ArgumentException(
                $"{layer} halves its input, so height and width must be even; this input is {input.Describe()}.",
                nameof(input));
        }
    }
}
