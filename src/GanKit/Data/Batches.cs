using System.Collections;

namespace GanKit;

/// <summary>A source of minibatches whose every enumeration is one epoch.</summary>
/// <remarks>
/// The enumerator owns what it yields: a <see cref="Batch"/> is valid until the next <c>MoveNext</c>, so that
/// <c>foreach (var batch in batches) trainer.Step(batch);</c> leaks nothing.
/// </remarks>
public abstract partial class Batches : IReadOnlyCollection<Batch>
{
    /// <summary>Batches in an epoch.</summary>
    public abstract int Count { get; }

    /// <summary>The largest number of samples in a batch.</summary>
    public abstract int BatchSize { get; }

    /// <summary>Begins the next epoch.</summary>
    public abstract IEnumerator<Batch> GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();
}
