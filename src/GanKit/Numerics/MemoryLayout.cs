using static TorchSharp.torch;

namespace GanKit;

/// <summary>In which order a tensor's numbers lie in memory, for which TorchSharp has no argument.</summary>
internal static class MemoryLayout
{
    /// <summary>The same maps, of the same shape, with the channels of a pixel next to each other in memory.</summary>
    /// <param name="maps">(B, C, H, W), or weights of a convolution.</param>
    /// <returns>A copy, or a view where it has that order already.</returns>
    internal static Tensor ToChannelsLast(this Tensor maps)
    {
        using var pixels = maps.permute(0, 2, 3, 1); // (B, H, W, C)
        using var ordered = pixels.contiguous();
        return ordered.permute(0, 3, 1, 2); // (B, C, H, W)
    }
}
