using System.Drawing;

namespace GanKit.Data;

/// <summary>Images in pairs that show the same: an input and its target, which pix2pix learns from.</summary>
/// <remarks>
/// Inputs arrive as <see cref="Batch.Condition"/>, targets as <see cref="Batch.Real"/>. Both go through the same resizing,
/// the same crop and the same flip. Files are read as <see cref="ImageFolder.Load"/> does. Isola et al., "Image-to-Image
/// Translation with Conditional Adversarial Networks", CVPR 2017.
/// </remarks>
/// <example>
/// The recipe of pix2pix's PyTorch reference:
/// <code>
/// var data = ImagePairs.SideBySide("facades/train", PairDirection.BToA)
///     .Resize(286, 286, Interpolation.Bicubic).RandomCrop(256).FlipHorizontally();
/// trainer.Fit(data.Batches(1), epochs: 200);
/// </code>
/// </example>
public static class ImagePairs
{
    /// <summary>
    /// Lists pairs that share a file, A on the left and B on the right, as pix2pix's data sets have them.
    /// </summary>
    /// <param name="path">A folder with such images, in it or in folders in it: <c>facades/train</c>, <c>val</c> or
    /// <c>test</c>.
    /// </param>
    /// <param name="direction">Which half is the input; <see cref="PairDirection.AToB"/>, hence the left one, by
    /// default.
    /// </param>
    /// <param name="inputChannels">1, 3 or 4 channels for inputs; 3 by default.</param>
    /// <param name="targetChannels">1, 3 or 4 channels for targets; 3 by default.</param>
    /// <param name="background">The background where an image is transparent, unless there are 4 channels; white
    /// by default.
    /// </param>
    /// <param name="decoder">Reads the formats that the library does not, such as that of the package GanKit.ImageSharp; none by
    /// default.
    /// </param>
    /// <remarks>
    /// An odd number of columns leaves one more for B, as the reference does; resize such halves to one size before
    /// cropping.
    /// </remarks>
    /// <exception cref="ArgumentOutOfRangeException">A number of channels is not 1, 3 or 4.</exception>
    /// <exception cref="DirectoryNotFoundException">There is no such folder.</exception>
    /// <exception cref="InvalidDataException">It holds no image.</exception>
    /// <exception cref="NativeBackendException">Skia, which decodes, does not load.</exception>
    public static ImageDataset SideBySide(
        string path, PairDirection direction = PairDirection.AToB, int inputChannels = 3, int targetChannels = 3,
        Color? background = null, IImageDecoder? decoder = null)
    {
        ImageDecoder.RequireChannels(inputChannels, nameof(inputChannels));
        ImageDecoder.RequireChannels(targetChannels, nameof(targetChannels));
        var files = ImageListing.Of(path, decoder: decoder);
        SkiaLibrary.EnsureLoaded();
        return new(
            new SideBySideImages(files, direction, inputChannels, targetChannels, background, decoder));
    }

    /// <summary>Lists pairs of files in two folders that have one name, whatever their extensions.</summary>
    /// <param name="inputs">The folder of inputs.</param>
    /// <param name="targets">
    /// The folder of targets. Folders in folders are looked into: <c>inputs/oslo/1.png</c> belongs to
    /// <c>targets/oslo/1.jpg</c>. One of the two folders may lie in the other, whose images it has no part in then.
    /// </param>
    /// <param name="inputChannels">1, 3 or 4 channels for inputs; 3 by default.</param>
    /// <param name="targetChannels">1, 3 or 4 channels for targets; 3 by default.</param>
    /// <param name="background">The background where an image is transparent, unless there are 4 channels; white
    /// by default.
    /// </param>
    /// <param name="decoder">Reads the formats that the library does not, such as that of the package GanKit.ImageSharp; none by
    /// default.
    /// </param>
    /// <exception cref="ArgumentException">Both are one folder.</exception>
    /// <exception cref="ArgumentOutOfRangeException">A number of channels is not 1, 3 or 4.</exception>
    /// <exception cref="DirectoryNotFoundException">There is no such folder.</exception>
    /// <exception cref="InvalidDataException">
    /// A folder holds no image, or two that differ in their extensions only, or some that have no partner; the message
    /// names them.
    /// </exception>
    /// <exception cref="NativeBackendException">Skia, which decodes, does not load.</exception>
    public static ImageDataset Folders(
        string inputs, string targets, int inputChannels = 3, int targetChannels = 3, Color? background = null,
        IImageDecoder? decoder = null)
    {
        ImageDecoder.RequireChannels(inputChannels, nameof(inputChannels));
        ImageDecoder.RequireChannels(targetChannels, nameof(targetChannels));
        RequireTwo(inputs, targets);
        var (listed, partners) = FileMatch.ByName(ImageListing.Of(inputs, except: targets, decoder), ImageListing.Of(targets, except: inputs, decoder));
        SkiaLibrary.EnsureLoaded();
        return ImageDataset.Paired(
            new FolderImages(listed, inputChannels, background, decoder), new FolderImages(partners, targetChannels, background, decoder));
    }

    private static void RequireTwo(string inputs, string targets)
    {
        if (Directory.Exists(inputs) && Directory.Exists(targets) && ImageListing.RealPath(inputs) == ImageListing.RealPath(targets))
            throw new ArgumentException($"'{inputs}' and '{targets}' are one folder: each picture would be its own target.", nameof(targets));
    }

    /// <summary>
    /// Makes pairs of any images: the grey input is the luma (0.299 R + 0.587 G + 0.114 B) of the coloured target.
    /// </summary>
    /// <param name="path">A folder of coloured images. Each file is read as both.</param>
    /// <param name="inputChannels">
    /// 1, by default; or 3 equal channels, for a network made for colour images.
    /// </param>
    /// <param name="background">The background where an image is transparent; white by default.</param>
    /// <param name="decoder">Reads the formats that the library does not, such as that of the package GanKit.ImageSharp; none by
    /// default.
    /// </param>
    /// <exception cref="ArgumentOutOfRangeException">The number of channels is not 1 or 3.</exception>
    /// <exception cref="DirectoryNotFoundException">There is no such folder.</exception>
    /// <exception cref="InvalidDataException">It holds no image.</exception>
    /// <exception cref="NativeBackendException">Skia, which decodes, does not load.</exception>
    public static ImageDataset Colorization(string path, int inputChannels = 1, Color? background = null, IImageDecoder? decoder = null)
    {
        if (inputChannels is not (1 or 3))
        {
            throw new ArgumentOutOfRangeException(
                nameof(inputChannels), inputChannels, "A grey input has 1 channel, or 3 equal ones.");
        }

        return new(new GreyAndColor(ImageFolder.Open(path, channels: 3, background, decoder), inputChannels));
    }
}

/// <summary>See <see cref="ImagePairs.SideBySide"/>.</summary>
internal sealed class SideBySideImages(
    ImageListing listing, PairDirection direction, int inputChannels, int targetChannels, Color? background,
    IImageDecoder? decoder) : ImagePairSource
{
    public override int Count => listing.Files.Length;

    public override string Name(int index) => Path.Combine(listing.Root, listing.Files[index]);

    internal override IReadOnlyList<string> LeftOut => listing.LeftOut;

    public override (LazyImage Input, LazyImage Target) OpenPair(int index)
    {
        var path = Name(index);
        var both = ImageDecoder.Open(path, inputChannels, background, decoder);
        // Grey and alpha are the decoder's business, so another number of channels is another decoding.
        var again = inputChannels == targetChannels ? both : ImageDecoder.Open(path, targetChannels, background, decoder);

        var half = both.Width / 2;
        if (half == 0)
        {
            throw new InvalidDataException(
                $"The image '{path}' is one column wide; a pair needs two at least, side by side.");
        }

        var (input, target) = direction.Order(new Rectangle(0, 0, half, both.Height), new Rectangle(half, 0, both.Width - half, both.Height));
        return (both.Crop(input), again.Crop(target));
    }
}

/// <summary>See <see cref="ImagePairs.Colorization"/>.</summary>
internal sealed class GreyAndColor(ImageSource colored, int inputChannels) : ImagePairSource
{
    public override int Count => colored.Count;

    public override string Name(int index) => colored.Name(index);

    internal override IReadOnlyList<string> LeftOut => colored.LeftOut;

    public override (LazyImage Input, LazyImage Target) OpenPair(int index)
    {
        var target = colored.Open(index);
        return (new LumaImage(target, inputChannels), target);
    }
}
