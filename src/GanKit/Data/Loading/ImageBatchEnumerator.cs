using System.Collections;

namespace GanKit;

/// <summary>One epoch of <see cref="ImageBatches"/>.</summary>
/// <remarks>Written out, not with <c>yield</c>, to have a finaliser: the workers of a forgotten enumerator end too.</remarks>
internal sealed class ImageBatchEnumerator(ImageBatches batches, OrderedPrefetch<LoadedImage> images) : IEnumerator<Batch>
{
    private Batch? current;
    private bool started, ended;

    ~ImageBatchEnumerator() => images.Stop();

    public Batch Current => current ?? throw new InvalidOperationException("There is no current batch: call MoveNext first, and stop when it returns false.");

    object IEnumerator.Current => Current;

    public bool MoveNext()
    {
        current?.Dispose();
        current = null;
        if (ended)
            return false;
        try
        {
            current = batches.Next(images, first: !started);
            started = true;
        }
        finally
        {
            if (current is null)
                Dispose();
        }
        return current is not null;
    }

    public void Reset() => throw new NotSupportedException("Ask the batches for another enumerator instead.");

    public void Dispose()
    {
        ended = true;
        current?.Dispose();
        current = null;
        images.Dispose();
        GC.SuppressFinalize(this);
    }
}
