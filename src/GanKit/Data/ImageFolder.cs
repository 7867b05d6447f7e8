using System.Drawing;

namespace GanKit;

/// <summary>The images of a folder and of all folders in it.</summary>
public static class ImageFolder
{
    /// <summary>Lists a folder's images; each is decoded when it is needed.</summary>
    /// <remarks>
    /// Files that end in .png, .jpg (.jpeg, .jpe, .jfif, .jfi, .jif), .bmp (.dib), .gif or .webp, in the ordinal order of
    /// their paths, so that all machines agree; hidden ones are left out, and pictures of other formats are named in
    /// <see cref="ImageDataset.LeftOut"/>. A folder that is reached twice, through symbolic links, is read once. Images are
    /// turned upright as their EXIF data says. PNG of 16 bits keeps all of them. Of an animation the first picture is
    /// taken, and transparent parts are laid on the background; where that is not chosen, a warning of both goes to
    /// <see cref="System.Diagnostics.Trace"/>. Colour profiles are not applied.
    /// </remarks>
    /// <param name="path">The folder.</param>
    /// <param name="channels">
    /// 1 for grey (luma, 0.299 R + 0.587 G + 0.114 B), 3 for RGB, which is the default, 4 for RGB and alpha.
    /// </param>
    /// <param name="background">What shows through where an image is transparent, unless there are 4 channels; white
    /// by default.
    /// </param>
    /// <param name="labelled">
    /// Whether the folders directly in <paramref name="path"/> are classes, labelled by their ordinal order; false by
    /// default. Labels arrive as <see cref="Batch.Condition"/>.
    /// </param>
    /// <param name="classes">
    /// The names of the classes in the order of their labels, where they are fixed already: give the test folder the
    /// training data's <see cref="ImageDataset.Classes"/>, and a label means the same in both even if a class has no test
    /// image. Implies <paramref name="labelled"/>.
    /// </param>
    /// <returns>Images (C, H, W) of 32-bit floats in [-1, 1].</returns>
    /// <exception cref="ArgumentException">A class is given twice.</exception>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="channels"/> is not 1, 3 or 4.</exception>
    /// <exception cref="DirectoryNotFoundException">There is no such folder.</exception>
    /// <exception cref="InvalidDataException">
    /// It holds no image; or, if they are labelled, one that belongs to no class or to none of those given.
    /// </exception>
    /// <exception cref="NativeBackendException">Skia, which decodes, does not load.</exception>
    public static ImageDataset Load(
        string path, int channels = 3, Color? background = null, bool labelled = false,
        IReadOnlyList<string>? classes = null) =>
        new(Open(path, channels, background, labelled, classes));

    internal static FolderImages Open(
        string path, int channels, Color? background, bool labelled = false, IReadOnlyList<string>? classes = null)
    {
        ImageDecoder.RequireChannels(channels);
        var files = ImageListing.Of(path);
        SkiaLibrary.EnsureLoaded();
        return new(files, channels, background, labelled, classes);
    }
}
