using static TorchSharp.torch;

namespace GanKit;

/// <summary>
/// A change to images on their way to the network. Choosing is apart from applying: <see cref="Draw"/> makes the random
/// choices once, and what it returns does the same to every image that belongs to one sample.
/// </summary>
/// <remarks>
/// Transforms are immutable and used from several threads at once. Derive from this class to write your own, and add it
/// with <see cref="ImageDataset.With"/>.
/// </remarks>
public abstract class ImageTransform
{
    /// <summary>Makes the random choices for one sample.</summary>
    /// <param name="random">
    /// The sample's random source. It depends on the seed, the epoch and the sample, and on nothing else.
    /// </param>
    /// <returns>
    /// A function from an image (C, H, W) of 32-bit floats in [-1, 1] to another or the same one. It must not write to
    /// its argument; intermediate tensors are disposed for it.
    /// </returns>
    public abstract Func<Tensor, Tensor> Draw(Random random);

    /// <summary>
    /// The same choices for images that the loader paints later: it does without tensors where a transform says how, with
    /// the same result to the last bit (but for <see cref="Interpolation"/>'s, on processors where libtorch rounds
    /// otherwise).
    /// </summary>
    /// <param name="random">As for <see cref="Draw"/>, and as much is drawn from it.</param>
    /// <param name="bench">Memory for what is made on the way; tensors are in the current dispose scope.</param>
    internal virtual Func<LazyImage, LazyImage> DrawLazily(Random random, Workbench bench)
    {
        var change = Draw(random);
        return image => TensorImage.Of(change(image.ToTensor(bench)), "What a transform returned");
    }

    /// <summary>Resizes so that the shorter side has the given length, and keeps the proportions.</summary>
    /// <param name="shorterSide">Pixels, at least 1. The longer side is rounded down, as torchvision does.</param>
    /// <param name="interpolation">How; <see cref="Interpolation.Bilinear"/> by default, as torchvision's.</param>
    /// <exception cref="ArgumentOutOfRangeException">The length is less than 1.</exception>
    public static ImageTransform Resize(int shorterSide, Interpolation? interpolation = null) =>
        new ShorterSideResize(shorterSide, interpolation ?? Interpolation.Bilinear);

    /// <summary>Resizes to an exact size, whatever that does to the proportions.</summary>
    /// <param name="height">Pixels, at least 1.</param>
    /// <param name="width">Pixels, at least 1.</param>
    /// <param name="interpolation">How; <see cref="Interpolation.Bilinear"/> by default, as torchvision's.</param>
    /// <exception cref="ArgumentOutOfRangeException">A length is less than 1.</exception>
    public static ImageTransform Resize(int height, int width, Interpolation? interpolation = null) =>
        new ExactResize(height, width, interpolation ?? Interpolation.Bilinear);

    /// <summary>Keeps the middle of an image.</summary>
    /// <param name="height">Pixels, at least 1.</param>
    /// <param name="width">Pixels, at least 1; as many as the height by default.</param>
    /// <remarks>
    /// An odd number of spare pixels leaves one more at the right or bottom. Images that belong together must have one
    /// size. Images must not be smaller than the crop.
    /// </remarks>
    /// <exception cref="ArgumentOutOfRangeException">A length is less than 1.</exception>
    public static ImageTransform CenterCrop(int height, int? width = null) =>
        new Crop(height, width ?? height, padding: 0, centred: true);

    /// <summary>Keeps a part of an image, each place being equally likely.</summary>
    /// <param name="height">Pixels, at least 1.</param>
    /// <param name="width">Pixels, at least 1; as many as the height by default.</param>
    /// <param name="padding">
    /// Pixels by which each side is first extended with the image's mirror image; 0 by default, and less than the image's
    /// sides.
    /// </param>
    /// <remarks>
    /// Images that belong together are cropped at one place, and must have one size. Images must not be smaller than the
    /// crop.
    /// </remarks>
    /// <exception cref="ArgumentOutOfRangeException">A length is less than 1, or the padding negative.</exception>
    public static ImageTransform RandomCrop(int height, int? width = null, int padding = 0) =>
        new Crop(height, width ?? height, padding, centred: false);

    /// <summary>Swaps left and right at random.</summary>
    /// <param name="probability">How often, from 0 to 1; 0.5 by default, as torchvision's.</param>
    /// <exception cref="ArgumentOutOfRangeException">The probability is not from 0 to 1.</exception>
    public static ImageTransform FlipHorizontally(double probability = 0.5) => new HorizontalFlip(probability);
}
