namespace GanKit.Data;

/// <summary>Where pairs of images come from: an input and the target that a translator should make of it.</summary>
/// <remarks>
/// Derive from this class to read pairs from anywhere, and wrap it in an <see cref="ImageDataset"/>: inputs arrive as
/// <see cref="Batch.Condition"/>, targets as <see cref="Batch.Real"/>, and both are cropped and flipped alike. For two
/// sources that exist already there is <see cref="ImageDataset.Paired"/>. Loaders call all members from several threads
/// at once.
/// </remarks>
public abstract class ImagePairSource : ImageSource
{
    /// <summary>Opens a pair, whose pixels are computed when they are needed.</summary>
    /// <param name="index">From 0 to <see cref="ImageSource.Count"/> - 1.</param>
    /// <returns>
    /// Two images (C, H, W) in [-1, 1], as for <see cref="ImageSource.Open"/>. They may differ in their numbers of channels; to be
    /// cropped, they need one height and one width.
    /// </returns>
    /// <exception cref="InvalidDataException">The pair is broken.</exception>
    /// <exception cref="IOException">The pair can't be read.</exception>
    public abstract (LazyImage Input, LazyImage Target) OpenPair(int index);

    /// <summary>Opens the target alone.</summary>
    /// <inheritdoc/>
    public sealed override LazyImage Open(int index) => OpenPair(index).Target;

    internal sealed override bool HasConditionImages => true;

    internal sealed override ImageSample OpenSample(int index, Random? random)
    {
        var name = Name(index);
        var (input, target) = BrokenImageException.Guard(name, () => OpenPair(index));
        return new(new(name, target), new(name, input), Aligned: true);
    }
}
