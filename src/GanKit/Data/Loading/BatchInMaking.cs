using System.Runtime.ExceptionServices;

namespace GanKit;

/// <summary>Samples that follow each other in an epoch, painted by several workers into the memory of one batch.</summary>
internal sealed class BatchInMaking(SampleLoader loader, long epoch, ReadOnlyMemory<long> indices) : IInParts
{
    private readonly LoadedSample?[] _samples = new LoadedSample?[indices.Length];

    public int Parts => indices.Length;

    internal BatchRows Real { get; } = new(indices.Length);

    internal BatchRows Conditions { get; } = new(indices.Length);

    /// <summary>A sample that has been made.</summary>
    internal LoadedSample this[int part] => _samples[part]!;

    public void Make(int part)
    {
        var index = (int)indices.Span[part];
        try
        {
            _samples[part] = loader.Load(epoch, index, part, this);
        }
        // Whatever goes wrong is the consumer's to know: on this thread it would end the process.
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
