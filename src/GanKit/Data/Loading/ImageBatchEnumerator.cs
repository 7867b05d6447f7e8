using System.Collections;
using TorchSharp;
using static TorchSharp.torch;

namespace GanKit.Data;

/// <summary>One epoch of <see cref="ImageBatches"/>: its samples, put together to batches in their order; broken ones are left out.</summary>
/// <remarks>
/// Written out, not with <c>yield</c>, to have a finaliser: the workers of a forgotten enumerator end too.
/// </remarks>
/// <param name="batches">The batches.</param>
/// <param name="order">The order of their samples.</param>
/// <param name="prefetch">Where the samples come from.</param>
/// <param name="position">Records how much of the epoch was yielded.</param>
/// <param name="epoch">The epoch.</param>
/// <param name="begin">How many of its samples came before.</param>
internal sealed class ImageBatchEnumerator(
    ImageBatches batches, EpochOrder order, OrderedPrefetch<PendingBatch> prefetch, EpochPosition position, long epoch, long begin)
    : IEnumerator<Batch>
{
    /// <summary>The prefetched batches that hold the samples of the batch being made.</summary>
    private readonly List<PendingBatch> _open = [];
    private int _next;
    private Batch? _current;
    private bool _started = begin > 0;
    private long _done = begin; // samples of the epoch, broken ones among them
    private bool _ended;

    ~ImageBatchEnumerator() => prefetch.Stop();

    public Batch Current => _current ?? throw new InvalidOperationException(
        "There is no current batch: call MoveNext first, and stop when it returns false.");

    object IEnumerator.Current => Current;

    public bool MoveNext()
    {
        _current?.Dispose();
        _current = null;
        if (_ended)
            return false;
        try
        {
            _current = Next();
            if (_current is null && !_started)
            {
                throw new InvalidDataException(
                    $"{batches.Broken.Count} of {order.Samples} images can't be read, which leaves too few for a batch of "
                    + $"{order.BatchSize}. The first is '{batches.Broken[0]}'.");
            }

            _started = true;
            if (_current is null)
                position.End(epoch);
            else
                position.Reach(epoch, _done);
        }
        finally
        {
            if (_current is null)
                Dispose();
        }

        return _current is not null;
    }

    public void Reset() => throw new NotSupportedException("Ask the batches for another enumerator instead.");

    public void Dispose()
    {
        _ended = true;
        _current?.Dispose();
        _current = null;
        prefetch.Dispose();
        _open.ForEach(batch => batch.Dispose());
        _open.Clear();
        GC.SuppressFinalize(this);
    }

    /// <summary>Takes the next samples and makes a batch of them; null at the end of the epoch.</summary>
    private Batch? Next()
    {
        var loaded = new List<LoadedSample>(order.BatchSize);
        while (loaded.Count < order.BatchSize && Take() is { } sample)
        {
            sample.Failure?.Throw();
            if (batches.Accept(sample))
                loaded.Add(sample);
        }

        if (loaded.Count == 0 || order.DropLast && loaded.Count < order.BatchSize)
            return null;
        using var scope = NewDisposeScope();
        var real = Join(loaded, sample => sample.Real!, made => made.Real, scope);
        var condition = loaded[0].Condition is null ? batches.ConditionsOf(loaded)
            : Join(loaded, sample => sample.Condition!, made => made.Conditions, scope);
        var batch = new Batch(real, condition);
        CloseRead();
        return batch;
    }

    /// <summary>The next sample, or null when there are no more.</summary>
    private LoadedSample? Take()
    {
        if (_open.Count == 0 || _next == _open[^1].Parts)
        {
            if (!prefetch.TryTake(out var more))
                return null;
            _open.Add(more);
            _next = 0;
        }

        _done++;
        return _open[^1][_next++];
    }

    /// <summary>The images of a batch (B, C, H, W), in the current dispose scope.</summary>
    /// <exception cref="InvalidOperationException">They have different sizes.</exception>
    private Tensor Join(
        List<LoadedSample> samples, Func<LoadedSample, ImageRow> rowOf, Func<PendingBatch, ImageRows> rowsOf, DisposeScope scope)
    {
        ImageRow[] rows = [.. samples.Select(rowOf)];
        var first = rows[0];
        var shape = first.Shape;
        foreach (var row in rows)
            if (!ReferenceEquals(row.Images, first.Images) && !row.Shape.AsSpan().SequenceEqual(shape))
                throw new InvalidOperationException(
                    $"The images of a batch must have one size, but '{first.Name}' is "
                    + $"{TensorExtensions.DescribeShape(shape)} and '{row.Name}' is "
                    + $"{TensorExtensions.DescribeShape(row.Shape)} (channels, height, width). " +
                    "Resize(height, width), or Resize and a crop, makes them equal.");
        // Where none was broken they lie there already.
        return rowsOf(_open[0]).Release(rows)?.MoveToOtherDisposeScope(scope) ?? stack(rows.Select(row => row.Images[row.Number]));
    }

    /// <summary>Disposes the prefetched batches that were read to the end.</summary>
    private void CloseRead()
    {
        var stillRead = _open.Count > 0 && _next < _open[^1].Parts ? 1 : 0;
        foreach (var read in _open[..^stillRead])
            read.Dispose();
        _open.RemoveRange(0, _open.Count - stillRead);
    }
}
