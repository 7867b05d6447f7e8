using System.Buffers;
using TorchSharp;

namespace GanKit.Checkpoints;

/// <summary>A tensor of an open file, on its way into another.</summary>
internal sealed class FileTensor(PyTorchTensor tensor) : SavedTensor(tensor.Dtype, [.. tensor.Shape], [.. tensor.Strides])
{
    private const int Piece = 1 << 20;

    // The numbers of a conjugated or negated view differ from those of its storage.
    internal override object Memory => (tensor.Storage, tensor.Pending);

    internal override long Start => tensor.Offset * Dtype.ElementSize;

    internal override void WriteMemory(long start, long count, StoredZipWriter.Sink sink)
    {
        if (tensor.Pending is { } pending)
        {
            using var scope = torch.NewDisposeScope();
            var stored = PyTorchTensor.ReadElements(tensor.Storage, Dtype, start / Dtype.ElementSize, count);
            pending.Apply(stored).VisitBytes((_, bytes) => sink(bytes));
            return;
        }

        var buffer = ArrayPool<byte>.Shared.Rent(Piece);
        try
        {
            for (var (position, left) = (start, count * Dtype.ElementSize); left > 0;)
            {
                var piece = buffer.AsSpan(0, (int)Math.Min(Piece, left));
                tensor.Storage.Read(position, piece);
                sink(piece);
                (position, left) = (position + piece.Length, left - piece.Length);
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    internal override void WriteElements(StoredZipWriter.Sink sink)
    {
        using var read = tensor.Read();
        using var elements = read.contiguous();
        elements.VisitBytes((_, bytes) => sink(bytes));
    }
}
