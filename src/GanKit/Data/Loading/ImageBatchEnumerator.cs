using System.Collections;

namespace GanKit;

/// <summary>One epoch of <see cref="ImageBatches"/>.</summary>
/// <remarks>
/// Written out, not with <c>yield</c>, to have a finaliser: the workers of a forgotten enumerator end too.
/// </remarks>
internal sealed class ImageBatchEnumerator(ImageBatches batches, BatchAssembly samples) : IEnumerator<Batch>
{
    private Batch? _current;
    private bool _started;
    private bool _ended;

    ~ImageBatchEnumerator() => samples.Stop();

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
            _current = batches.Next(samples, first: !_started);
            _started = true;
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
        samples.Dispose();
        GC.SuppressFinalize(this);
    }
}
