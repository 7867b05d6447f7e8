using System.Collections.Concurrent;
using static TorchSharp.torch;

namespace GanKit;

/// <summary>Reads the images of one sample, transforms them and paints them into a batch, on a worker's thread.</summary>
internal sealed class SampleLoader(
    ImageSource source, ImageTransform[] transforms, EpochOrder order, bool takeTruncated = false)
{
    /// <summary>Workers end with their epoch, and leave these to the next.</summary>
    private readonly ConcurrentBag<Workbench> _benches = [];

    /// <summary>The workbenches that nobody is at.</summary>
    internal IReadOnlyCollection<Workbench> Benches => _benches;

    internal LoadedSample Load(long epoch, int index, int part, BatchInMaking batch)
    {
        if (!_benches.TryTake(out var bench))
            bench = new() { TakesTruncated = takeTruncated };
        try
        {
            using var scope = NewDisposeScope();
            return Load(index, order.RandomFor(epoch, index), part, batch, bench) with { Notes = [.. bench.Notes] };
        }
        catch (BrokenImageException e)
        {
            return new(index, Broken: e);
        }
        finally
        {
            bench.Clear();
            _benches.Add(bench);
        }
    }

    private LoadedSample Load(int index, Random random, int part, BatchInMaking batch, Workbench bench)
    {
        var sample = source.OpenSample(index, order.IsShuffled ? random : null, bench);
        var inHand = sample.Real;
        try
        {
            // Aligned images share one draw of each transform, so that they stay aligned; others have their own.
            var changes = Draw(random, bench);
            var real = Apply(changes, inHand.Image);
            if (sample.Condition is null)
                return new(index, batch.Real.Paint(part, inHand.Name, real, bench));
            inHand = sample.Condition;
            var condition = Apply(sample.Aligned ? changes : Draw(random, bench), inHand.Image);
            return new(
                index, batch.Real.Paint(part, sample.Real.Name, real, bench),
                batch.Conditions.Paint(part, inHand.Name, condition, bench));
        }
        catch (Exception e)
        {
            throw new InvalidOperationException(
                $"A transform failed on '{inHand.Name}' of shape {TensorExtensions.DescribeShape(inHand.Image.Shape)}: "
                + $"{e.Message}", e);
        }
    }

    private Func<LazyImage, LazyImage>[] Draw(Random random, Workbench bench) =>
        [.. transforms.Select(transform => transform.DrawLazily(random, bench))];

    private static LazyImage Apply(Func<LazyImage, LazyImage>[] changes, LazyImage image) =>
        changes.Aggregate(image, (changed, change) => change(changed));
}
