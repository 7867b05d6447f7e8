using static TorchSharp.torch;

namespace GanKit;

/// <summary>Minibatches of a data set's images, with class labels as conditions where it has them.</summary>
/// <remarks>
/// Made by <see cref="ImageDataset.Batches"/>. Images (B, C, H, W) are 32-bit floats in [-1, 1] on the CPU, labels (B)
/// are int64. Dispose each enumerator, as <c>foreach</c> does: that ends its threads.
/// </remarks>
public sealed class ImageBatches : Batches
{
    private readonly ImageSource _source;
    private readonly ImageTransform[] _transforms;
    private readonly EpochOrder _order;
    private readonly int _workers;
    private readonly BrokenImages _onBroken;
    private readonly List<string> _broken = [];
    private long _epochs;

    internal ImageBatches(ImageSource source, ImageTransform[] transforms, EpochOrder order, int workers, BrokenImages onBroken) =>
        (_source, _transforms, _order, _workers, _onBroken) = (source, transforms, order, workers, onBroken);

    /// <summary>Batches in an epoch. Images that are skipped because they are broken can make it fewer.</summary>
    public override int Count => _order.BatchCount;

    /// <inheritdoc/>
    public override int BatchSize => _order.BatchSize;

    /// <summary>The images that were skipped so far, each once, by name: see <see cref="BrokenImages.Skip"/>.</summary>
    public IReadOnlyList<string> Broken
    {
        get
        {
            lock (_broken)
                return [.. _broken];
        }
    }

    /// <summary>Begins the next epoch.</summary>
    /// <returns>
    /// An enumerator whose <c>MoveNext</c> throws <see cref="InvalidDataException"/> for a broken image (or when so many are skipped that no batch is left),
    /// and <see cref="InvalidOperationException"/> when images of different sizes meet or a transform fails; the message
    /// names the files.
    /// </returns>
    public override IEnumerator<Batch> GetEnumerator()
    {
        var epoch = Interlocked.Increment(ref _epochs) - 1;
        var indices = _order.Of(epoch);
        // Two batches ahead: one is being filled while another waits for the step.
        var ahead = 2 * Math.Min(BatchSize, indices.Length) + _workers;
        return new ImageBatchEnumerator(this, new(indices.Length, _workers, ahead, place => Load(epoch, (int)indices[place])));
    }

    /// <summary>Reads and transforms one image, on a worker's thread.</summary>
    private LoadedImage Load(long epoch, int index)
    {
        using var scope = NewDisposeScope();
        Tensor image;
        try
        {
            image = _source.Read(index);
        }
        catch (Exception e) when (e is InvalidDataException or IOException or UnauthorizedAccessException)
        {
            return new(index, null, e);
        }

        var size = image.Describe();
        try
        {
            var random = _order.RandomFor(epoch, index);
            foreach (var transform in _transforms)
                image = transform.Draw(random)(image);
        }
        catch (Exception e)
        {
            throw new InvalidOperationException($"A transform failed on '{_source.Name(index)}' of shape {size}: {e.Message}", e);
        }

        return new(index, image.contiguous().DetachFromDisposeScope(), null);
    }

    /// <summary>Takes the next images and makes a batch of them; null at the end of the epoch, which the first is not.</summary>
    internal Batch? Next(OrderedPrefetch<LoadedImage> images, bool first)
    {
        if (MakeBatch(images) is { } batch)
            return batch;
        if (first)
            throw new InvalidDataException($"{Broken.Count} of {_order.Samples} images can't be read, which leaves too few for a batch of {BatchSize}. The first is '{Broken[0]}'.");
        return null;
    }

    private Batch? MakeBatch(OrderedPrefetch<LoadedImage> images)
    {
        var loaded = new List<LoadedImage>(BatchSize);
        try
        {
            while (loaded.Count < BatchSize && images.TryTake(out var image))
            {
                if (image.Broken is null)
                    loaded.Add(image);
                else
                    Report(image);
            }

            return loaded.Count == 0 || _order.DropLast && loaded.Count < BatchSize ? null : Stack(loaded);
        }
        finally
        {
            loaded.ForEach(image => image.Dispose());
        }
    }

    private void Report(LoadedImage image)
    {
        var name = _source.Name(image.Index);
        if (_onBroken == BrokenImages.Fail)
            throw new InvalidDataException($"The image '{name}' can't be read. Repair or remove it, or load with onBroken: BrokenImages.Skip. {image.Broken!.Message}", image.Broken);
        lock (_broken)
        {
            if (!_broken.Contains(name))
                _broken.Add(name);
        }
    }

    private Batch Stack(List<LoadedImage> loaded)
    {
        var first = loaded[0];
        foreach (var image in loaded)
            if (!image.Image!.shape.AsSpan().SequenceEqual(first.Image!.shape))
                throw new InvalidOperationException(
                    $"The images of a batch must have one size, but '{_source.Name(first.Index)}' is {first.Image!.Describe()} and '{_source.Name(image.Index)}' is {image.Image.Describe()} (channels, height, width). " +
                    "Resize(height, width), or Resize and a crop, makes them equal.");

        using var scope = NewDisposeScope();
        var real = stack(loaded.Select(image => image.Image!)); // (B, C, H, W)
        var labels = loaded.Select(image => _source.Label(image.Index)).OfType<long>().ToArray();
        return new Batch(real, labels.Length == loaded.Count ? tensor(labels) : null);
    }
}
