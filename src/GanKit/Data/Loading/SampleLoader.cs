using static TorchSharp.torch;

namespace GanKit;

/// <summary>Reads the images of one sample and transforms them, on a worker's thread.</summary>
internal sealed class SampleLoader(ImageSource source, ImageTransform[] transforms, EpochOrder order)
{
    internal LoadedSample Load(long epoch, int index)
    {
        using var scope = NewDisposeScope();
        var random = order.RandomFor(epoch, index);
        ImageSample sample;
        try
        {
            sample = source.ReadSample(index, order.IsShuffled ? random : null);
        }
        catch (BrokenImageException e)
        {
            return new(index, null, e);
        }

        sample = Transform(sample, random);
        sample.Real.Pixels.DetachFromDisposeScope();
        sample.Condition?.Pixels.DetachFromDisposeScope();
        return new(index, sample, null);
    }

    /// <summary>Aligned images share one draw of each transform, so that they stay aligned; others have their own.</summary>
    private ImageSample Transform(ImageSample sample, Random random)
    {
        var inHand = sample.Real;
        try
        {
            var changes = Draw(random);
            var real = Apply(changes, sample.Real);
            if (sample.Condition is null)
                return sample with { Real = real };
            inHand = sample.Condition;
            return sample with { Real = real, Condition = Apply(sample.Aligned ? changes : Draw(random), inHand) };
        }
        catch (Exception e)
        {
            throw new InvalidOperationException($"A transform failed on '{inHand.Name}' of shape {inHand.Pixels.Describe()}: {e.Message}", e);
        }
    }

    private Func<Tensor, Tensor>[] Draw(Random random) => [.. transforms.Select(transform => transform.Draw(random))];

    private static NamedImage Apply(Func<Tensor, Tensor>[] changes, NamedImage image)
    {
        var pixels = image.Pixels;
        foreach (var change in changes)
            pixels = change(pixels);
        return image with { Pixels = pixels.contiguous() };
    }
}
