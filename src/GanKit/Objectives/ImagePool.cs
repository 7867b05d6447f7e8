using static TorchSharp.torch;

namespace GanKit;

/// <summary>
/// Earlier generated images, so that a discriminator sees more than the newest: while it fills, images pass and are kept;
/// then each image passes with probability one half, or changes places with one kept before.
/// </summary>
/// <remarks>
/// <see cref="CycleObjective"/> has two. In an objective of your own, call <see cref="Exchange"/> on what the
/// discriminator is about to see, once a step, and dispose the pool in the objective's <c>Dispose</c>, which the
/// trainer calls. Samples need not be images: the first dimension counts, whatever the others are. Not thread safe.
/// <para>
/// Shrivastava et al.: Learning from Simulated and Unsupervised Images through Adversarial Training, CVPR 2017,
/// arXiv:1612.07828; the rule for single images is CycleGAN's.
/// </para>
/// </remarks>
/// <example>
/// <code>
/// AdversarialTerms.ForDiscriminator(loss, [], discriminator.call, batch.Real, pool.Exchange(fakes), context)
/// </code>
/// </example>
public sealed class ImagePool : IDisposable, IStateful
{
    private readonly List<Tensor> _images = [];
    private readonly Random _random;
    private bool _disposed;

    /// <summary>An empty pool.</summary>
    /// <param name="size">How many images are kept, at least 0; 50 by default, CycleGAN's. With 0 all pass, and none
    /// is kept.
    /// </param>
    /// <param name="seed">The same seed makes the same choices on any machine; by default a fresh one.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="size"/> is negative.</exception>
    public ImagePool(int size = 50, long? seed = null)
        : this(size, new SeededRandom(seed ?? SeededRandom.FreshSeed()))
    {
    }

    /// <param name="size">How many images are kept; 0 lets all pass.</param>
    /// <param name="random">Decides.</param>
    internal ImagePool(int size, Random random)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(size);
        (Size, _random) = (size, random);
    }

    /// <summary>How many images are kept once it is full.</summary>
    public int Size { get; }

    /// <summary>How many images are kept now.</summary>
    public int Count => _images.Count;

    /// <summary>Puts images in, and takes as many out.</summary>
    /// <param name="images">
    /// New images (B, ...), which stay the caller's: the pool keeps copies of its own, on their device and without their
    /// graph.
    /// </param>
    /// <returns>Images of that shape without a graph, in the current dispose scope.</returns>
    /// <exception cref="ArgumentException">There are several, and those kept before have another shape.</exception>
    /// <exception cref="ObjectDisposedException">The pool is disposed.</exception>
    public Tensor Exchange(Tensor images)
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        ArgumentNullException.ThrowIfNull(images);
        RequireSamples(images);
        images = images.detach();
        return Size == 0 ? images : cat([.. images.split(1).Select(ExchangeOne)]);
    }

    /// <inheritdoc/>
    public void VisitState(StateVisitor visitor)
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        ArgumentNullException.ThrowIfNull(visitor);
        visitor.Same("size", Size);
        visitor.Tensors("images", _images);
        visitor.Part("choices", _random);
    }

    /// <summary>Frees the images that it keeps.</summary>
    public void Dispose()
    {
        _disposed = true;
        _images.ForEach(image => image.Dispose());
        _images.Clear();
    }

    private Tensor ExchangeOne(Tensor image)
    {
        if (_images.Count < Size)
        {
            _images.Add(Keep(image));
            return image;
        }

        if (_random.NextDouble() <= 0.5)
            return image;
        var place = _random.Next(Size);
        using var old = _images[place];
        _images[place] = Keep(image);
        return old.clone(); // the current dispose scope owns it
    }

    private void RequireSamples(Tensor images)
    {
        if (images.dim() == 0 || images.shape[0] == 0)
        {
            throw new ArgumentException(
                $"A pool exchanges images (B, ...), at least one, but was given {images.Describe()}.", nameof(images));
        }

        if (images.shape[0] > 1 && _images.Count > 0 && !images.shape.AsSpan(1).SequenceEqual(_images[0].shape.AsSpan(1)))
        {
            throw new ArgumentException(
                $"The images of a batch have one shape, but those given are {images.Describe()}, and the pool holds "
                + "images of shape "
                + $"{TensorExtensions.DescribeShape(_images[0].shape.AsSpan(1))}. Keep a pool for each size.",
                nameof(images));
        }
    }

    private static Tensor Keep(Tensor image) => image.clone().DetachFromDisposeScope();
}
