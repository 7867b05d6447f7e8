using static TorchSharp.torch;

namespace GanKit;

/// <summary>
/// The memory of a batch's images, found when the first of them shows its size. Workers paint into their rows of it at
/// once.
/// </summary>
internal sealed class BatchRows(int count) : IDisposable
{
    private readonly Lock _gate = new();
    private Tensor? _rows;
    private nint _start;
    private long[] _shape = [];

    /// <summary>Images of another size, which will fail unless broken ones shift them to their like.</summary>
    private readonly List<Tensor> _odd = [];

    /// <summary>Paints an image into its row.</summary>
    internal BatchRow Paint(int number, string name, LazyImage image, Workbench bench)
    {
        var (rows, start, row) = Find(number, image.Shape);
        image.Paint(
            image.Whole,
            TensorBytes.Floats(start, row * (long)image.Channels * image.Whole.Area, image.Channels * image.Whole.Area),
            bench);
        GC.KeepAlive(rows);
        return new(name, rows, row);
    }

    /// <summary>Gives the memory away if it holds these images, all of them and no others, in their order.</summary>
    internal Tensor? Release(IReadOnlyList<BatchRow> images)
    {
        if (_rows is null || images.Count != count
            || images.Where((image, i) => !ReferenceEquals(image.Rows, _rows) || image.Number != i).Any())
            return null;
        var rows = _rows;
        _rows = null;
        return rows;
    }

    public void Dispose()
    {
        _rows?.Dispose();
        foreach (var image in _odd)
            image.Dispose();
    }

    private (Tensor Rows, nint Start, int Row) Find(int number, long[] shape)
    {
        lock (_gate)
        {
            if (_rows is null)
            {
                _rows = empty([count, .. shape]).DetachFromDisposeScope();
                (_start, _shape) = (_rows.StartOfFloats(), shape);
            }

            if (shape.AsSpan().SequenceEqual(_shape))
                return (_rows, _start, number);
            var odd = empty([1, .. shape]).DetachFromDisposeScope();
            _odd.Add(odd);
            return (odd, odd.StartOfFloats(), 0);
        }
    }
}
