using static TorchSharp.torch;

namespace GanKit.Checkpoints;

/// <summary>The raw memory of tensors, in stretches that fit a span whatever the tensor's size.</summary>
internal static class TensorBytes
{
    /// <summary>The most bytes that are visited at once, unless stated.</summary>
    internal const long Stretch = 1 << 30;

    /// <summary>An action on a stretch of memory.</summary>
    /// <param name="offset">Its first byte's place in the tensor.</param>
    /// <param name="bytes">The memory itself: writing into it changes the tensor.</param>
    internal delegate void Visitor(long offset, Span<byte> bytes);

    /// <summary>Visits all bytes of a contiguous tensor on the CPU, in order.</summary>
    /// <param name="tensor">The tensor.</param>
    /// <param name="visit">Called for one stretch after another.</param>
    /// <param name="stretch">The most bytes that a stretch has: at least those of one element.</param>
    internal static void VisitBytes(this Tensor tensor, Visitor visit, long stretch = Stretch)
    {
        using var scope = NewDisposeScope();
        var flat = tensor.detach().view(-1);
        var size = flat.element_size();
        for (var start = 0L; start < flat.NumberOfElements; start += stretch / size)
        {
            using var part = flat.narrow(0, start, Math.Min(stretch / size, flat.NumberOfElements - start));
            visit(start * size, part.bytes);
        }
    }
}
