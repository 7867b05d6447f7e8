using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using static TorchSharp.torch;

namespace GanKit;

/// <summary>The raw memory of tensors, in stretches that fit a span whatever the tensor's size.</summary>
internal static class TensorBytes
{
    private const long Stretch = 1 << 30;

    /// <summary>What is done with a stretch of memory.</summary>
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

    /// <summary>Where the values of a contiguous tensor of 32-bit floats on the CPU begin.</summary>
    /// <remarks>
    /// Asking costs a few operations of libtorch. Whoever goes on to use the address keeps the tensor alive.
    /// </remarks>
    internal static unsafe nint StartOfFloats(this Tensor tensor)
    {
        using var scope = NewDisposeScope();
        using var first = tensor.detach().view(-1).narrow(0, 0, Math.Min(tensor.NumberOfElements, 1));
        return (nint)Unsafe.AsPointer(ref MemoryMarshal.GetReference(first.bytes));
    }

    /// <summary>Some of these values.</summary>
    /// <param name="start">What <see cref="StartOfFloats"/> gave.</param>
    /// <param name="offset">The first one's place in the tensor.</param>
    /// <param name="count">How many; the tensor has them.</param>
    internal static unsafe Span<float> Floats(nint start, long offset, int count) => new((float*)start + offset, count);
}
