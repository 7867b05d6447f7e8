namespace GanKit.Data;

/// <summary>Where a data set's images come from: numbered, each with a name, and perhaps a label or attributes.</summary>
/// <remarks>
/// Derive from this class to read images from anywhere, and wrap it in an <see cref="ImageDataset"/>. For pairs of images
/// derive from <see cref="ImagePairSource"/>. Loaders call all members from several threads at once.
/// </remarks>
public abstract class ImageSource
{
    /// <summary>The number of images.</summary>
    public abstract int Count { get; }

    /// <summary>The names of the classes, in the order of their labels; empty where there are no labels.</summary>
    public virtual IReadOnlyList<string> Classes => [];

    /// <summary>
    /// The names of the attributes, in the order of <see cref="AttributesOf"/>; empty where there are none.
    /// </summary>
    public virtual IReadOnlyList<string> Attributes => [];

    /// <summary>The name of an image in messages: the path of its file, where it has one.</summary>
    /// <param name="index">From 0 to <see cref="Count"/> - 1.</param>
    public abstract string Name(int index);

    /// <summary>Opens an image (C, H, W), whose pixels are computed when they are needed.</summary>
    /// <param name="index">From 0 to <see cref="Count"/> - 1.</param>
    /// <returns>
    /// <see cref="LazyImage.FromTensor"/> of a tensor, an image of another source, or one of a class of your own. Values are in
    /// [-1, 1]. <see cref="LazyImage.ToTensor"/> gives all of them.
    /// </returns>
    /// <exception cref="InvalidDataException">The image is broken.</exception>
    /// <exception cref="IOException">The image can't be read.</exception>
    public abstract LazyImage Open(int index);

    /// <summary>The class of an image, or none.</summary>
    /// <param name="index">From 0 to <see cref="Count"/> - 1.</param>
    public virtual long? Label(int index) => null;

    /// <summary>The attributes of an image: as many numbers as <see cref="Attributes"/> has names.</summary>
    /// <param name="index">From 0 to <see cref="Count"/> - 1.</param>
    public virtual ReadOnlySpan<float> AttributesOf(int index) => [];

    /// <summary>See <see cref="ImageDataset.LeftOut"/>.</summary>
    internal virtual IReadOnlyList<string> LeftOut => [];

    /// <summary>Sources that this one is made of, where each sample has several images.</summary>
    internal virtual IReadOnlyList<ImageSource> Domains => [];

    /// <summary>Whether a sample has an image as its condition.</summary>
    internal virtual bool HasConditionImages => false;

    /// <summary>Opens all images of a sample.</summary>
    /// <param name="index">From 0 to <see cref="Count"/> - 1.</param>
    /// <param name="random">The sample's random source in this epoch, or none where the order is not random.</param>
    /// <exception cref="BrokenImageException">One of them can't be read.</exception>
    internal virtual ImageSample OpenSample(int index, Random? random) => new(OpenNamed(index));

    /// <summary>The same without all but the first samples.</summary>
    internal virtual ImageSource First(int count) => new AnnotatedImages(this) { Limit = Checked(count) };

    /// <summary>Opens one image, and names it where that fails.</summary>
    internal NamedImage OpenNamed(int index)
    {
        var name = Name(index);
        return new(name, BrokenImageException.Guard(name, () => Open(index)));
    }

    /// <summary>Throws unless there are so many samples.</summary>
    private protected int Checked(int count)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(count, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(count, Count);
        return count;
    }
}
