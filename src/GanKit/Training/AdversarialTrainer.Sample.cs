using System.Runtime.CompilerServices;
using static TorchSharp.torch;

namespace GanKit;

/// <content>Samples and previews.</content>
public sealed partial class AdversarialTrainer<TG, TD>
{
    private const int MostOfTrainingBatch = 16;

    private static readonly object TrainingData = new();

    // The batches of previews, by their data.
    private readonly ConditionalWeakTable<object, Batch> _previewed = [];
    private BatchReader? _reader; // of the run that goes on

    /// <inheritdoc/>
    public Tensor Sample(long count, bool averaged = true, long? seed = null, long? label = null)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(count, 1);
        ArgumentOutOfRangeException.ThrowIfNegative(label ?? 0, nameof(label));
        using var scope = NewDisposeScope();
        var condition = label is { } given ? full([count], given, dtype: int64, device: Device) : null;
        return Sample(count, condition, averaged, seed).MoveToOuterDisposeScope();
    }

    /// <inheritdoc/>
    public Tensor Sample(Tensor condition, bool averaged = true, long? seed = null)
    {
        ArgumentNullException.ThrowIfNull(condition);
        if (condition.dim() == 0 || condition.shape[0] == 0)
            throw new ArgumentException($"Samples need conditions (B, ...), at least one, but these are {condition.Describe()}.", nameof(condition));
        Guarded.RequireUsable(Device, ("conditions", condition));
        using var scope = NewDisposeScope();
        return Sample(condition.shape[0], condition.to(Device), averaged, seed).MoveToOuterDisposeScope();
    }

    /// <inheritdoc/>
    public Preview Preview(PreviewOptions? options = null)
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        options ??= new();
        if (Objective is not (IPreviewer<TG> or ISampler<TG>))
        {
            throw new NotSupportedException(
                $"{Objective.GetType().Name} does not say what a preview of it shows: implement IPreviewer on it, or ISampler where random "
                + "numbers are enough to make a sample.");
        }

        using var scope = NewDisposeScope();
        using var inference = UseForInference(options.Averaged);
        using var random = new Generator(unchecked((ulong)options.Seed), CPU);
        var running = RandomSnapshot.Of(Device); // dropout may draw from it
        using var context = new PreviewContext(options, Device, random, () =>
        {
            if (options.Data is not null)
                return FixedBatch(options.Data);
            running.Restore(); // the run's next batch draws what it would draw without a preview
            var batch = FixedBatch(null);
            running.Dispose();
            running = RandomSnapshot.Of(Device);
            return batch;
        });
        try
        {
            return new(
                Guarded.Run("objective", Objective, [], Draw).Select(row => row with { Images = row.Images.InSinglePrecision() }),
                options.Columns);
        }
        finally
        {
            running.Restore();
            running.Dispose();
        }

        IReadOnlyList<PreviewRow> Draw() => Objective is IPreviewer<TG> previewer
            ? previewer.Preview(Generator, context)
            : [new PreviewRow("samples", ((ISampler<TG>)Objective).Sample(Generator, options.Count, Device, random))];
    }

    private Tensor Sample(long count, Tensor? condition, bool averaged, long? seed)
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        if (Objective is not ISampler<TG> sampler)
        {
            throw new NotSupportedException(
                $"{Objective.GetType().Name} can't sample from random numbers alone; call the generator with its input "
                + "instead, within UseForInference, or draw a Preview.");
        }

        using var inference = UseForInference(averaged);
        using var random = seed is { } given ? new Generator(unchecked((ulong)given), CPU) : null;
        return Guarded.Run(
            "objective", Objective, [], () => sampler.Sample(Generator, count, Device, random, condition)).InSinglePrecision();
    }

    /// <summary>The batch that previews are drawn of, read once.</summary>
    private Batch FixedBatch(IEnumerable<Batch>? data)
    {
        if (_previewed.TryGetValue(data ?? TrainingData, out var kept))
            return kept;
        using var batches = data?.GetEnumerator();
        var copy = batches is null ? _reader?.CopyNext(MostOfTrainingBatch)
            : batches.MoveNext() ? batches.Current.CopyFirst(batches.Current.Size) : null;
        if (copy is null)
        {
            throw new InvalidOperationException(batches is null
                ? $"A preview of {Objective.GetType().Name} needs a batch, and no Fit or Steps is running that has one: give PreviewOptions.Data."
                : "PreviewOptions.Data yields no batch: the data set is empty, or smaller than one batch and its last one is dropped.");
        }

        kept = copy.To(Device);
        if (!ReferenceEquals(kept, copy))
            copy.Dispose();
        _previewed.Add(data ?? TrainingData, kept);
        return kept;
    }
}
