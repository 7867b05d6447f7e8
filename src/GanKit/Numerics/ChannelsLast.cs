using static TorchSharp.torch;

namespace GanKit;

/// <summary>
/// The memory layout in which the channels of a pixel lie side by side (NHWC), as PyTorch's <c>torch.channels_last</c>.
/// Shapes stay (B, C, H, W); strides alone differ.
/// </summary>
/// <remarks>
/// Convolutions are faster in it where the processor or the GPU has matrix units, in 16-bit precision above all.
/// libtorch's operators keep the layout of what they are given. In training it is
/// <see cref="TrainerOptions.ChannelsLast"/>.
/// </remarks>
public static class ChannelsLast
{
    /// <summary>Images in this layout.</summary>
    /// <param name="images">Images or feature maps (B, C, H, W), or anything else.</param>
    /// <returns>
    /// A copy in the current dispose scope, with the graph; or the same tensor where it has the layout, or has not four
    /// dimensions.
    /// </returns>
    public static Tensor ToChannelsLast(this Tensor images)
    {
        ArgumentNullException.ThrowIfNull(images);
        if (images.dim() != 4 || images.IsChannelsLast())
            return images;
        using var scope = NewDisposeScope();
        return images.permute(0, 2, 3, 1).contiguous().permute(0, 3, 1, 2).MoveToOuterDisposeScope(); // (B, C, H, W)
    }

    /// <summary>
    /// Brings a network's four-dimensional weights into this layout, in place, so that its convolutions give it to all
    /// that follows. Values, names and the identity of parameters stay.
    /// </summary>
    /// <typeparam name="TModule">The network's type.</typeparam>
    /// <param name="module">The network.</param>
    /// <returns>The same network.</returns>
    public static TModule ToChannelsLast<TModule>(this TModule module)
        where TModule : nn.Module
    {
        ArgumentNullException.ThrowIfNull(module);
        using var scope = NewDisposeScope();
        using var noGrad = no_grad();
        foreach (var weight in module.parameters())
        {
            // Detached, as a view made without gradients can't be made a parameter's memory.
            var moved = weight.detach().ToChannelsLast();
            if (!weight.stride().AsSpan().SequenceEqual(moved.stride()))
                weight.set_(moved);
        }

        return module;
    }

    /// <summary>Whether a tensor has this layout, without gaps: no other number of dimensions than four does.</summary>
    /// <remarks>Where there is one channel, or one pixel, both layouts are the same, and this is true of both.</remarks>
    /// <param name="images">Images or feature maps (B, C, H, W), or anything else.</param>
    public static bool IsChannelsLast(this Tensor images)
    {
        ArgumentNullException.ThrowIfNull(images);
        if (images.dim() != 4)
            return false;
        var (shape, stride) = (images.shape, images.stride());
        var expected = 1L;
        foreach (var dimension in (ReadOnlySpan<int>)[1, 3, 2, 0])
        {
            if (shape[dimension] == 1)
                continue;
            if (stride[dimension] != expected)
                return false;
            expected *= shape[dimension];
        }

        return true;
    }

    /// <summary>Feature maps in the layout that the weights have which come next.</summary>
    internal static Tensor LaidOutFor(this Tensor maps, nn.Module next)
    {
        return next.parameters().FirstOrDefault(ShowsLayout) is { } weight && weight.IsChannelsLast()
            ? maps.ToChannelsLast() : maps;

        static bool ShowsLayout(Tensor weight) =>
            weight.dim() == 4 && weight.shape[1] > 1 && weight.shape[2] * weight.shape[3] > 1;
    }
}
