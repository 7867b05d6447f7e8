using static TorchSharp.torch;

namespace GanKit;

/// <summary>Where pairs of images come from: an input and the target that a translator should make of it.</summary>
/// <remarks>
/// Derive from this class to read pairs from anywhere, and wrap it in an <see cref="ImageDataset"/>: inputs arrive as
/// <see cref="Batch.Condition"/>, targets as <see cref="Batch.Real"/>, and both are cropped and flipped alike. For two
/// sources that exist already there is <see cref="ImageDataset.Paired"/>. Loaders call all members from several threads
/// at once.
/// </remarks>
public abstract class ImagePairSource : ImageSource
{
    /// <summary>Reads a pair.</summary>
    /// <param name="index">From 0 to <see cref="ImageSource.Count"/> - 1.</param>
    /// <returns>
    /// Two tensors (C, H, W) of 32-bit floats in [-1, 1] on the CPU, in the current dispose scope. They may differ in
    /// their numbers of channels; to be cropped, they need one height and one width.
    /// </returns>
    /// <exception cref="InvalidDataException">The pair is broken.</exception>
    /// <exception cref="IOException">The pair can't be read.</exception>
    public abstract (Tensor Input, Tensor Target) ReadPair(int index);

    /// <summary>Reads the target alone.</summary>
    /// <inheritdoc/>
    public sealed override Tensor Read(int index)
    {
        var (input, target) = ReadPair(index);
        input.Dispose();
        return target;
    }

    internal sealed override bool HasConditionImages => true;

    /// <summary>Opens a pair, to be painted later: what <see cref="ReadPair"/> reads, to the last bit.</summary>
    /// <param name="index">From 0 to <see cref="ImageSource.Count"/> - 1.</param>
    /// <param name="bench">Holds what the images are made of; tensors are in the current dispose scope.</param>
    internal virtual (LazyImage Input, LazyImage Target) OpenPair(int index, Workbench bench)
    {
        var (input, target) = ReadPair(index);
        return (TensorImage.Of(input, $"The input '{Name(index)}'"), TensorImage.Of(target, $"The target '{Name(index)}'"));
    }

    internal sealed override ImageSample OpenSample(int index, Random? random, Workbench bench)
    {
        var name = Name(index);
        var (input, target) = BrokenImageException.Guard(name, () => OpenPair(index, bench));
        return new(new(name, target), new(name, input), Aligned: true);
    }
}
