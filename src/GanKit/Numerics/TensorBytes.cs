using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using static TorchSharp.torch;

namespace GanKit;

/// <summary>The raw memory of tensors.</summary>
internal static class TensorBytes
{
    /// <summary>Where the values of a contiguous tensor of 32-bit floats on the CPU begin.</summary>
    /// <remarks>
    /// The call costs a few operations of libtorch. The caller keeps the tensor alive while it uses the address.
    /// </remarks>
    internal static unsafe nint StartOfFloats(this Tensor tensor)
    {
        using var scope = NewDisposeScope();
        using var first = tensor.detach().view(-1).narrow(0, 0, Math.Min(tensor.NumberOfElements, 1));
        return (nint)Unsafe.AsPointer(ref MemoryMarshal.GetReference(first.bytes));
    }

    /// <summary>Some of these values.</summary>
    /// <param name="start">The result of <see cref="StartOfFloats"/>.</param>
    /// <param name="offset">The first one's place in the tensor.</param>
    /// <param name="count">How many; the tensor has them.</param>
    internal static unsafe Span<float> Floats(nint start, long offset, int count) => new((float*)start + offset, count);
}
