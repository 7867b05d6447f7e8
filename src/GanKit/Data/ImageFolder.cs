using System.Drawing;

namespace GanKit;

/// <summary>The images of a folder and of all folders in it.</summary>
public static class ImageFolder
{
    /// <summary>Lists a folder's images; each is decoded when it is needed.</summary>
    /// <remarks>
    /// Files that end in .png, .jpg, .jpeg, .bmp, .gif or .webp, in the ordinal order of their paths, so that all machines
    /// agree; hidden ones are left out. Images are turned upright as their EXIF data says. PNG of 16 bits keeps all of
    /// them. Of an animation the first picture is taken. Colour profiles are not applied.
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
        var files = List(path);
        SkiaLibrary.EnsureLoaded();
        return new(path, files, channels, background, labelled, classes);
    }

    /// <summary>
    /// The images in a folder and the folders in it, by their paths from there with slashes, in ordinal order.
    /// </summary>
    internal static string[] List(string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        RequireFolder(path);

        var everything = Directory.GetFiles(
            path, "*", new EnumerationOptions { RecurseSubdirectories = true, IgnoreInaccessible = false });
        // Slashes on all systems: the separator must not decide what comes first.
        string[] files =
        [
            .. everything.Where(IsImage)
                .Select(file => Path.GetRelativePath(path, file).Replace(Path.DirectorySeparatorChar, '/'))
                .Order(StringComparer.Ordinal)
        ];
        if (everything.Length == 0)
            throw new InvalidDataException($"The folder '{path}' has no images: it is empty, but for what is hidden.");
        if (files.Length == 0)
        {
            throw new InvalidDataException(
                $"The folder '{path}' has no images, nor have those in it: of {everything.Length} files none ends in "
                + $"{string.Join(", ", ImageDecoder.Extensions)}.");
        }

        return files;
    }

    private static void RequireFolder(string path)
    {
        if (File.Exists(path))
            throw new DirectoryNotFoundException($"'{path}' is a file, where a folder of images is needed.");
        if (Directory.Exists(path))
            return;
        var place = Path.IsPathRooted(path) ? "" : $" It was looked for at '{Path.GetFullPath(path)}'.";
        throw new DirectoryNotFoundException($"There is no folder '{path}' to read images from.{place}");
    }

    private static bool IsImage(string file) =>
        !Path.GetFileName(file).StartsWith('.') && ImageDecoder.Extensions.Contains(
            Path.GetExtension(file).ToLowerInvariant());
}
