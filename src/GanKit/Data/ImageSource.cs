using static TorchSharp.torch;

namespace GanKit;

/// <summary>Where a data set's images come from: numbered, each with a name and perhaps a label.</summary>
/// <remarks>
/// Derive from this class to read images from anywhere, and wrap it in an <see cref="ImageDataset"/>. Loaders call all
/// members from several threads at once.
/// </remarks>
public abstract class ImageSource
{
    /// <summary>The number of images.</summary>
    public abstract int Count { get; }

    /// <summary>The names of the classes, in the order of their labels; empty where there are no labels.</summary>
    public virtual IReadOnlyList<string> Classes => [];

    /// <summary>What to call an image in messages: the path of its file, where it has one.</summary>
    /// <param name="index">From 0 to <see cref="Count"/> - 1.</param>
    public abstract string Name(int index);

    /// <summary>Reads an image.</summary>
    /// <param name="index">From 0 to <see cref="Count"/> - 1.</param>
    /// <returns>A tensor (C, H, W) of 32-bit floats in [-1, 1] on the CPU, in the current dispose scope.</returns>
    /// <exception cref="InvalidDataException">The image is broken.</exception>
    /// <exception cref="IOException">The image can't be read.</exception>
    public abstract Tensor Read(int index);

    /// <summary>The class of an image, or none.</summary>
    /// <param name="index">From 0 to <see cref="Count"/> - 1.</param>
    public virtual long? Label(int index) => null;
}
