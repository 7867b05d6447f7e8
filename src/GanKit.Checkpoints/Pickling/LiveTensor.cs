using static TorchSharp.torch;

namespace GanKit.Checkpoints;

/// <summary>A tensor of this program, on its way into a file. It must live until it is there.</summary>
internal sealed class LiveTensor : SavedTensor
{
    // The addresses of all tensors in main memory count from the same place.
    private static readonly object MainMemory = new();

    private readonly Tensor _tensor;

    private LiveTensor(Tensor tensor, nint handle)
        : base(PyTorchDtype.Of(tensor.dtype), tensor.shape, tensor.stride())
    {
        _tensor = tensor;
        var isAddressable = tensor.device_type == TorchSharp.DeviceType.CPU && Count > 0;

        // TorchSharp tells addresses in main memory only. Elsewhere, no more than the same tensor is found to be the same.
        (Memory, Start) = isAddressable ? (MainMemory, AddressOf(tensor)) : (handle, 0);
    }

    internal override object Memory { get; }

    internal override long Start { get; }

    /// <summary>Views a tensor, within the current dispose scope.</summary>
    /// <exception cref="ArgumentException">It has no elements to write; the message begins with "is".</exception>
    internal static LiveTensor Of(Tensor tensor)
    {
        if (tensor.IsInvalid)
            throw new ArgumentException("is a tensor that was disposed");
        if (tensor.is_sparse)
            throw new ArgumentException("is a sparse tensor; call to_dense() first");
        if (tensor.device_type == TorchSharp.DeviceType.META)
            throw new ArgumentException("is a tensor on the meta device, which has no numbers");
        if (tensor.is_quantized())
            throw new ArgumentException("is a quantised tensor; dequantize() it first");
        var plain = tensor.detach();
        if (plain.is_conj())
            plain = plain.resolve_conj(); // marked as conjugated, or negated below: its memory holds other numbers
        if (plain.is_neg())
            plain = plain.resolve_neg();
        return new(plain, tensor.Handle);
    }

    internal override void WriteMemory(long start, long count, StoredZipWriter.Sink sink)
    {
        using var scope = NewDisposeScope();
        var offset = _tensor.storage_offset() + (start - Start) / Dtype.ElementSize;
        Write(_tensor.as_strided([count], [1], offset), sink);
    }

    internal override void WriteElements(StoredZipWriter.Sink sink)
    {
        using var scope = NewDisposeScope();
        Write(_tensor.contiguous(), sink);
    }

    private static void Write(Tensor elements, StoredZipWriter.Sink sink) =>
        elements.cpu().VisitBytes((_, bytes) => sink(bytes));

    private static unsafe long AddressOf(Tensor tensor)
    {
        using var first = tensor.as_strided([1], [1], tensor.storage_offset());
        fixed (byte* address = first.bytes)
            return (long)address;
    }
}
