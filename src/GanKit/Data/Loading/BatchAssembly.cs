using TorchSharp;
using static TorchSharp.torch;

namespace GanKit;

/// <summary>One epoch's samples, put together to batches in their order; broken ones are left out.</summary>
/// <param name="prefetch">Where they come from.</param>
/// <param name="epoch">The epoch.</param>
/// <param name="begin">How many of its samples came before.</param>
internal sealed class BatchAssembly(OrderedPrefetch<BatchInMaking> prefetch, long epoch, long begin) : IDisposable
{
    /// <summary>The epoch.</summary>
    internal long Epoch => epoch;

    /// <summary>Whether none of its samples came before.</summary>
    internal bool BeginsEpoch { get; } = begin == 0;

    /// <summary>How many of the epoch's samples were taken, broken ones among them.</summary>
    internal long Done { get; private set; } = begin;

    /// <summary>Those that the samples of the batch in hand lie in.</summary>
    private readonly List<BatchInMaking> _open = [];
    private int _next;

    /// <summary>The next sample, or null when there are no more.</summary>
    internal LoadedSample? Take()
    {
        if (_open.Count == 0 || _next == _open[^1].Parts)
        {
            if (!prefetch.TryTake(out var more))
                return null;
            _open.Add(more);
            _next = 0;
        }

        Done++;
        return _open[^1][_next++];
    }

    /// <summary>The images of a batch (B, C, H, W).</summary>
    /// <param name="images">What was taken, in its order.</param>
    /// <param name="rowsOf">Where they should lie.</param>
    /// <param name="scope">The current dispose scope, which they will belong to.</param>
    /// <exception cref="InvalidOperationException">They have different sizes.</exception>
    internal Tensor Join(BatchRow[] images, Func<BatchInMaking, BatchRows> rowsOf, DisposeScope scope)
    {
        var first = images[0];
        var shape = first.Shape;
        foreach (var image in images)
            if (!ReferenceEquals(image.Rows, first.Rows) && !image.Shape.AsSpan().SequenceEqual(shape))
                throw new InvalidOperationException(
                    $"The images of a batch must have one size, but '{first.Name}' is "
                    + $"{TensorExtensions.DescribeShape(shape)} and '{image.Name}' is "
                    + $"{TensorExtensions.DescribeShape(image.Shape)} (channels, height, width). " +
                    "Resize(height, width), or Resize and a crop, makes them equal.");
        // Where none was broken they lie there already.
        return rowsOf(_open[0]).Release(images)?.MoveToOtherDisposeScope(scope)
            ?? stack(images.Select(image => image.Rows[image.Number]));
    }

    /// <summary>Forgets what no further batch needs.</summary>
    internal void CloseRead()
    {
        var stillRead = _open.Count > 0 && _next < _open[^1].Parts ? 1 : 0;
        foreach (var read in _open[..^stillRead])
            read.Dispose();
        _open.RemoveRange(0, _open.Count - stillRead);
    }

    /// <summary>Ends the workers, and disposes of what was not made a batch.</summary>
    public void Dispose()
    {
        prefetch.Dispose();
        _open.ForEach(batch => batch.Dispose());
        _open.Clear();
    }

    /// <summary>Tells the workers to end, without waiting for them.</summary>
    internal void Stop() => prefetch.Stop();
}
