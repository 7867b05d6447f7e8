
namespace GanKit.Data;

/// <summary>
/// A change to images on their way to the network. Random choices are separate from their application: <see cref="Draw"/> makes them once,
/// and the function that it returns does the same to every image of one sample.
/// </summary>
/// <remarks>
/// Transforms are immutable and used from several threads at once. Derive from this class to write your own, and add it
/// with <see cref="ImageDataset.With"/>; it can do all that the library's own can.
/// </remarks>
public abstract class ImageTransform
{
    /// <summary>Makes the random choices for one sample.</summary>
    /// <param name="random">
    /// The sample's random source. It depends on the seed, the epoch and the sample, and on nothing else.
    /// </param>
    /// <returns>
    /// A function from an image in [-1, 1] to another or the same one: by operations of <see cref="LazyImage"/>, such as
    /// <see cref="LazyImage.Crop"/>; by an image of a class of your own; or on tensors,
    /// <c>image => LazyImage.FromTensor(image.ToTensor() * 0.5)</c>. Tensors that it makes are disposed with the sample.
    /// </returns>
    public abstract Func<LazyImage, LazyImage> Draw(Random random);

    /// <summary>Resizes so that the shorter side has the given length, and keeps the proportions.</summary>
    /// <param name="shorterSide">Pixels, at least 1. The longer side is rounded down, as torchvision does.</param>
    /// <param name="interpolation">How; <see cref="Interpolation.Bilinear"/> by default, as torchvision's.</param>
    /// <exception cref="ArgumentOutOfRangeException">The length is less than 1.</exception>
    public static ImageTransform Resize(int shorterSide, Interpolation? interpolation = null)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(shorterSide, 1);
        return new Resizing(SizeFor, interpolation);

        (int, int) SizeFor(int height, int width)
        {
            var shorter = Math.Min(height, width);
            return ((int)((long)height * shorterSide / shorter), (int)((long)width * shorterSide / shorter));
        }
    }

    /// <summary>Resizes to an exact size, whatever that does to the proportions.</summary>
    /// <param name="height">Pixels, at least 1.</param>
    /// <param name="width">Pixels, at least 1.</param>
    /// <param name="interpolation">How; <see cref="Interpolation.Bilinear"/> by default, as torchvision's.</param>
    /// <exception cref="ArgumentOutOfRangeException">A length is less than 1.</exception>
    public static ImageTransform Resize(int height, int width, Interpolation? interpolation = null)
    {
        RequireSize(height, width);
        return new Resizing((_, _) => (height, width), interpolation);
    }

    /// <summary>Keeps the middle of an image.</summary>
    /// <param name="height">Pixels, at least 1.</param>
    /// <param name="width">Pixels, at least 1; as many as the height by default.</param>
    /// <remarks>
    /// An odd number of spare pixels leaves one more at the right or bottom. Images that belong together must have one
    /// size. Images must not be smaller than the crop.
    /// </remarks>
    /// <exception cref="ArgumentOutOfRangeException">A length is less than 1.</exception>
    public static ImageTransform CenterCrop(int height, int? width = null)
    {
        RequireSize(height, width ?? height);
        return new Cropping(height, width ?? height, padding: 0, centred: true);
    }

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
    public static ImageTransform RandomCrop(int height, int? width = null, int padding = 0)
    {
        RequireSize(height, width ?? height);
        ArgumentOutOfRangeException.ThrowIfNegative(padding);
        return new Cropping(height, width ?? height, padding, centred: false);
    }

    /// <summary>Swaps left and right at random.</summary>
    /// <param name="probability">How often, from 0 to 1; 0.5 by default, as torchvision's.</param>
    /// <exception cref="ArgumentOutOfRangeException">The probability is not from 0 to 1.</exception>
    public static ImageTransform FlipHorizontally(double probability = 0.5) =>
        probability is >= 0 and <= 1 ? new HorizontalFlip(probability) : throw new ArgumentOutOfRangeException(
            nameof(probability), probability, "A probability lies between 0 and 1.");

    private static void RequireSize(int height, int width)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(height, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(width, 1);
    }
}

/// <summary>See <see cref="ImageTransform.Resize(int, int, Interpolation)"/>.</summary>
/// <param name="sizeFor">From an image's height and width to those that it should have.</param>
/// <param name="interpolation">How.</param>
internal sealed class Resizing(Func<int, int, (int Height, int Width)> sizeFor, Interpolation? interpolation) : ImageTransform
{
    public override Func<LazyImage, LazyImage> Draw(Random random) => image =>
    {
        var (height, width) = sizeFor(image.Height, image.Width);
        return image.Resize(height, width, interpolation);
    };
}

/// <summary>See <see cref="ImageTransform.FlipHorizontally"/>.</summary>
internal sealed class HorizontalFlip(double probability) : ImageTransform
{
    public override Func<LazyImage, LazyImage> Draw(Random random) =>
        random.NextDouble() < probability ? image => image.FlipHorizontally() : image => image;
}

/// <summary>See <see cref="ImageTransform.CenterCrop"/> and <see cref="ImageTransform.RandomCrop"/>.</summary>
internal sealed class Cropping(int height, int width, int padding, bool centred) : ImageTransform
{
    public override Func<LazyImage, LazyImage> Draw(Random random)
    {
        // Fractions, not pixels: they are drawn before any image is seen, and mean the same place in all of a sample's.
        var (down, right) = centred ? (0.5, 0.5) : (random.NextDouble(), random.NextDouble());
        LazyImage? first = null;
        return image =>
        {
            // Images that belong together would show different parts without any sign of it.
            first ??= image;
            if ((first.Height, first.Width) != (image.Height, image.Width))
            {
                throw new InvalidOperationException(
                    "Images that belong together must have one size to be cropped alike, but one has "
                    + $"{first.Height} x {first.Width} (height x width) and another {image.Height} x {image.Width}; resize both "
                    + "first.");
            }

            image = image.Pad(padding);
            if (image.Height < height || image.Width < width)
            {
                throw new InvalidOperationException(
                    $"A crop of {height} x {width} (height x width) doesn't fit into {image.Height} x {image.Width}; resize first.");
            }

            return image.Crop(new(Offset(right, image.Width - width), Offset(down, image.Height - height), width, height));
        };
    }

    private int Offset(double fraction, int spare) => centred ? spare / 2 : (int)(fraction * (spare + 1));
}
