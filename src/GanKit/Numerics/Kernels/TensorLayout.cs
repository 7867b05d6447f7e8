using static TorchSharp.torch;

namespace GanKit;

/// <summary>
/// The order of tensors' elements in memory. Fused kernels go through the memory of all arguments in parallel, and do not check that it has
/// the same order.
/// </summary>
internal static class TensorLayout
{
    /// <summary>Whether the elements fill a stretch of memory without gaps or overlaps, in whatever order.</summary>
    internal static bool IsDense(this Tensor tensor)
    {
        if (tensor.is_contiguous())
            return true;
        var expected = 1L;
        foreach (var (size, stride) in tensor.shape.Zip(tensor.stride())
            .Where(pair => pair.First != 1).OrderBy(pair => pair.Second))
        {
            if (stride != expected)
                return false;
            expected *= size;
        }

        return true;
    }

    /// <summary>
    /// The tensor itself, or a copy with its elements in the order that the other's are in, which has to be dense.
    /// </summary>
    internal static Tensor OrderedAs(this Tensor tensor, Tensor other) =>
        HasOrderOf(tensor, other) ? tensor : empty_like(other, dtype: tensor.dtype).copy_(tensor);

    /// <summary>
    /// Replaces a tensor that is kept between steps, where its elements are in another order than the other's.
    /// </summary>
    internal static void Reorder(ref Tensor kept, Tensor other)
    {
        if (HasOrderOf(kept, other))
            return;
        var ordered = kept.OrderedAs(other).DetachFromDisposeScope();
        kept.Dispose();
        kept = ordered;
    }

    // The first comparison suffices nearly always, and costs almost nothing. Kernels on a GPU require equal strides.
    private static bool HasOrderOf(Tensor a, Tensor b) =>
        (a.is_contiguous() && b.is_contiguous() && a.device_type == TorchSharp.DeviceType.CPU)
        || a.stride().AsSpan().SequenceEqual(b.stride());
}
