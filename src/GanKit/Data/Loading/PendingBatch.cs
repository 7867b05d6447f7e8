using System.Runtime.ExceptionServices;
using static TorchSharp.torch;

namespace GanKit.Data;

/// <summary>A sample that a worker has made ready, or the reason why it could not.</summary>
/// <param name="Index">Its number in the source.</param>
/// <param name="Real">Its image.</param>
/// <param name="Condition">The image that belongs to it, if there is one.</param>
/// <param name="Broken">Why it can't be read.</param>
/// <param name="Failure">Any other error.</param>
internal sealed record LoadedSample(
    int Index, ImageRow? Real = null, ImageRow? Condition = null, BrokenImageException? Broken = null,
    ExceptionDispatchInfo? Failure = null)
{
    /// <summary>Notes on its images.</summary>
    internal IReadOnlyList<PictureNote> Notes { get; init; } = [];
}

/// <summary>Samples that follow each other in an epoch, rendered by several workers into the memory of one batch.</summary>
internal sealed class PendingBatch(SampleLoader loader, long epoch, ReadOnlyMemory<long> indices) : IInParts
{
    private readonly LoadedSample?[] _samples = new LoadedSample?[indices.Length];

    public int Parts => indices.Length;

    internal ImageRows Real { get; } = new(indices.Length);

    internal ImageRows Conditions { get; } = new(indices.Length);

    /// <summary>A sample that has been made.</summary>
    internal LoadedSample this[int part] => _samples[part]!;

    public void Make(int part)
    {
        var index = (int)indices.Span[part];
        try
        {
            _samples[part] = loader.Load(epoch, index, part, this);
        }
        // Any failure is passed to the consumer: on this thread it would end the process.
        catch (Exception e)
        {
            _samples[part] = new(index, Failure: ExceptionDispatchInfo.Capture(e));
        }
    }

    public void Dispose()
    {
        Real.Dispose();
        Conditions.Dispose();
    }
}

/// <summary>A sample's image in the memory of a batch.</summary>
/// <param name="Name">Its name in messages.</param>
/// <param name="Images">Images (N, C, H, W).</param>
/// <param name="Number">Which of them it is.</param>
internal sealed record ImageRow(string Name, Tensor Images, int Number)
{
    /// <summary>(C, H, W).</summary>
    internal long[] Shape => Images.shape[1..];
}

/// <summary>
/// The memory of a batch's images, allocated when the first of them shows its size. Workers render into their rows of it at
/// once.
/// </summary>
internal sealed class ImageRows(int count) : IDisposable
{
    private readonly Lock _gate = new();
    private Tensor? _images;
    private nint _start;
    private long[] _shape = [];

    /// <summary>Images of another size. They fail unless skipped broken images move them into a batch of that size.</summary>
    private readonly List<Tensor> _odd = [];

    /// <summary>Renders an image into its row.</summary>
    internal ImageRow Add(int number, string name, LazyImage image)
    {
        var (images, start, row) = Find(number, image.Shape);
        var length = image.Channels * image.Height * image.Width;
        image.Render(new(0, 0, image.Width, image.Height), TensorBytes.Floats(start, row * (long)length, length));
        GC.KeepAlive(images);
        return new(name, images, row);
    }

    /// <summary>Hands the memory over if it holds exactly these images, in their order.</summary>
    internal Tensor? Release(IReadOnlyList<ImageRow> rows)
    {
        if (_images is null || rows.Count != count
            || rows.Where((row, i) => !ReferenceEquals(row.Images, _images) || row.Number != i).Any())
            return null;
        var images = _images;
        _images = null;
        return images;
    }

    public void Dispose()
    {
        _images?.Dispose();
        foreach (var image in _odd)
            image.Dispose();
    }

    private (Tensor Images, nint Start, int Row) Find(int number, long[] shape)
    {
        lock (_gate)
        {
            if (_images is null)
            {
                _images = empty([count, .. shape]).DetachFromDisposeScope();
                (_start, _shape) = (_images.StartOfFloats(), shape);
            }

            if (shape.AsSpan().SequenceEqual(_shape))
                return (_images, _start, number);
            var odd = empty([1, .. shape]).DetachFromDisposeScope();
            _odd.Add(odd);
            return (odd, odd.StartOfFloats(), 0);
        }
    }
}
