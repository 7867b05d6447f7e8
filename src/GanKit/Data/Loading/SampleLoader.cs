using System.Collections.Concurrent;
using static TorchSharp.torch;

namespace GanKit.Data;

/// <summary>Reads the images of one sample, transforms them and renders them into a batch, on a worker's thread.</summary>
internal sealed class SampleLoader(
    ImageSource source, ImageTransform[] transforms, EpochOrder order, bool takeTruncated = false)
{
    /// <summary>Kept between epochs, while workers end with theirs.</summary>
    private readonly ConcurrentBag<RenderContext> _contexts = [];

    /// <summary>The contexts that no worker uses.</summary>
    internal IReadOnlyCollection<RenderContext> Contexts => _contexts;

    internal LoadedSample Load(long epoch, int index, int part, PendingBatch batch)
    {
        if (!_contexts.TryTake(out var context))
            context = new() { TakesTruncated = takeTruncated };
        try
        {
            using var scope = NewDisposeScope();
            RenderContext.OfSample = context;
            return Load(index, order.RandomFor(epoch, index), part, batch) with { Notes = [.. context.Notes] };
        }
        catch (BrokenImageException e)
        {
            return new(index, Broken: e);
        }
        finally
        {
            RenderContext.OfSample = null;
            context.Clear();
            _contexts.Add(context);
        }
    }

    private LoadedSample Load(int index, Random random, int part, PendingBatch batch)
    {
        var sample = source.OpenSample(index, order.IsShuffled ? random : null);
        var inHand = sample.Real;
        try
        {
            // Aligned images share one draw of each transform, so that they stay aligned; others have their own.
            var changes = Draw(random);
            var real = Apply(changes, inHand.Image);
            if (sample.Condition is null)
                return new(index, batch.Real.Add(part, inHand.Name, real));
            inHand = sample.Condition;
            var condition = Apply(sample.Aligned ? changes : Draw(random), inHand.Image);
            return new(
                index, batch.Real.Add(part, sample.Real.Name, real), batch.Conditions.Add(part, inHand.Name, condition));
        }
        catch (Exception e)
        {
            throw new InvalidOperationException(
                $"A transform failed on '{inHand.Name}' of shape {TensorExtensions.DescribeShape(inHand.Image.Shape)}: "
                + $"{e.Message}", e);
        }
    }

    private Func<LazyImage, LazyImage>[] Draw(Random random) => [.. transforms.Select(transform => transform.Draw(random))];

    private static LazyImage Apply(Func<LazyImage, LazyImage>[] changes, LazyImage image) => changes.Aggregate(
        image, (changed, change) => change(changed) ?? throw new InvalidOperationException("it returned null instead of an image."));
}

/// <summary>An image and what to call it in messages.</summary>
internal sealed record NamedImage(string Name, LazyImage Image);

/// <summary>The images of one sample as they were opened.</summary>
/// <param name="Real">The target of the generator.</param>
/// <param name="Condition">The image that it is given, if there is one.</param>
/// <param name="Aligned">Whether both show the same, so that one crop and one flip has to serve both.</param>
internal sealed record ImageSample(NamedImage Real, NamedImage? Condition = null, bool Aligned = false);

/// <summary>An image can't be read: which one, and why. It does not leave the loader.</summary>
internal sealed class BrokenImageException(string name, Exception cause) : Exception(cause.Message, cause)
{
    internal string Name => name;

    /// <summary>Opens something, and gives a failure of it a name.</summary>
    internal static T Guard<T>(string name, Func<T> open)
    {
        try
        {
            return open() ?? throw new InvalidOperationException("the source returned null instead of it.");
        }
        catch (Exception e) when (e is InvalidDataException or IOException or UnauthorizedAccessException)
        {
            throw new BrokenImageException(name, e);
        }
        catch (Exception e) when (e is ArgumentException or InvalidOperationException)
        {
            throw new InvalidOperationException($"The image '{name}' could not be opened: {e.Message}", e);
        }
    }
}
