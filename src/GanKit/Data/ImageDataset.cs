namespace GanKit;

/// <summary>Images from a source, and the transforms that they go through. Immutable: each method returns a new data set.</summary>
/// <example>
/// <code>
/// var batches = ImageFolder.Load("photos").Resize(72).RandomCrop(64).FlipHorizontally().Batches(64, seed: 1);
/// </code>
/// </example>
public sealed class ImageDataset
{
    private readonly ImageTransform[] _transforms;

    /// <summary>A data set of the images of a source as they are.</summary>
    /// <param name="source">Where they come from.</param>
    public ImageDataset(ImageSource source) : this(source, []) => ArgumentNullException.ThrowIfNull(source);

    private ImageDataset(ImageSource source, ImageTransform[] transforms) => (Source, _transforms) = (source, transforms);

    /// <summary>Where the images come from.</summary>
    public ImageSource Source { get; }

    /// <summary>What each image goes through, in order.</summary>
    public IReadOnlyList<ImageTransform> Transforms => _transforms;

    /// <summary>The number of images.</summary>
    public int Count => Source.Count;

    /// <summary>The names of the classes, in the order of their labels; empty where there are no labels.</summary>
    public IReadOnlyList<string> Classes => Source.Classes;

    /// <summary>Adds a transform after those that are there.</summary>
    /// <param name="transform">One of <see cref="ImageTransform"/>'s, or your own.</param>
    public ImageDataset With(ImageTransform transform)
    {
        ArgumentNullException.ThrowIfNull(transform);
        return new(Source, [.. _transforms, transform]);
    }

    /// <inheritdoc cref="ImageTransform.Resize(int, Interpolation)"/>
    public ImageDataset Resize(int shorterSide, Interpolation? interpolation = null) =>
        With(ImageTransform.Resize(shorterSide, interpolation));

    /// <inheritdoc cref="ImageTransform.Resize(int, int, Interpolation)"/>
    public ImageDataset Resize(int height, int width, Interpolation? interpolation = null) =>
        With(ImageTransform.Resize(height, width, interpolation));

    /// <inheritdoc cref="ImageTransform.CenterCrop"/>
    public ImageDataset CenterCrop(int height, int? width = null) => With(ImageTransform.CenterCrop(height, width));

    /// <inheritdoc cref="ImageTransform.RandomCrop"/>
    public ImageDataset RandomCrop(int height, int? width = null, int padding = 0) =>
        With(ImageTransform.RandomCrop(height, width, padding));

    /// <inheritdoc cref="ImageTransform.FlipHorizontally"/>
    public ImageDataset FlipHorizontally(double probability = 0.5) => With(ImageTransform.FlipHorizontally(probability));

    /// <summary>Keeps only the first images.</summary>
    /// <param name="count">How many, from 1 to <see cref="Count"/>.</param>
    /// <exception cref="ArgumentOutOfRangeException">There are not so many, or it is less than 1.</exception>
    public ImageDataset Take(int count) => new(new FirstImages(Source, count), _transforms);

    /// <summary>Minibatches of these images, read and transformed on worker threads ahead of their use.</summary>
    /// <param name="batchSize">Images in a batch, at least 1.</param>
    /// <param name="seed">
    /// The same seed gives the same batches on any machine, whatever the number of workers: orders, crops and flips. By
    /// default a fresh one.
    /// </param>
    /// <param name="shuffle">Whether each epoch has its own random order; true by default, as training needs.</param>
    /// <param name="dropLast">
    /// Whether to leave out a last batch that is not full; true by default, unlike PyTorch's, for the reason given at
    /// <see cref="GanKit.Batches.FromTensor"/>.
    /// </param>
    /// <param name="workers">
    /// Threads that read, at least 1; by default one less than the processors, from 1 to 8. An epoch has its own, which
    /// end with it or with its enumerator.
    /// </param>
    /// <param name="onBroken">What to do about an image that can't be read; <see cref="BrokenImages.Fail"/> by default.</param>
    /// <exception cref="ArgumentException">There are no images, or fewer than one batch while the last is dropped.</exception>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="batchSize"/> or <paramref name="workers"/> is less than 1.</exception>
    public ImageBatches Batches(
        int batchSize, long? seed = null, bool shuffle = true, bool dropLast = true, int? workers = null, BrokenImages? onBroken = null)
    {
        var threads = workers ?? Math.Clamp(Environment.ProcessorCount - 1, 1, 8);
        ArgumentOutOfRangeException.ThrowIfLessThan(threads, 1, nameof(workers));
        return new(Source, _transforms, new EpochOrder(Count, batchSize, shuffle, seed, dropLast), threads, onBroken ?? BrokenImages.Fail);
    }
}
