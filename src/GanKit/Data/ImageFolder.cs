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
    /// <param name="background">What shows through where an image is transparent, unless there are 4 channels; white by default.</param>
    /// <param name="labelled">
    /// Whether the folders directly in <paramref name="path"/> are classes, labelled by their ordinal order; false by default.
    /// </param>
    /// <returns>Images (C, H, W) of 32-bit floats in [-1, 1].</returns>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="channels"/> is not 1, 3 or 4.</exception>
    /// <exception cref="DirectoryNotFoundException">There is no such folder.</exception>
    /// <exception cref="InvalidDataException">It holds no image; or one that belongs to no class, if they are labelled.</exception>
    /// <exception cref="NativeBackendException">Skia, which decodes, does not load.</exception>
    public static ImageDataset Load(string path, int channels = 3, Color? background = null, bool labelled = false)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        ImageDecoder.RequireChannels(channels);
        if (!Directory.Exists(path))
            throw new DirectoryNotFoundException($"There is no folder '{path}' to read images from.");

        var everything = Directory.GetFiles(path, "*", new EnumerationOptions { RecurseSubdirectories = true, IgnoreInaccessible = false });
        // Slashes on all systems: the separator must not decide what comes first.
        string[] files =
        [
            .. everything.Where(IsImage)
                .Select(file => Path.GetRelativePath(path, file).Replace(Path.DirectorySeparatorChar, '/'))
                .Order(StringComparer.Ordinal)
        ];
        if (files.Length == 0)
            throw new InvalidDataException($"The folder '{path}' has no images, nor have those in it: of {everything.Length} files none ends in {string.Join(", ", ImageDecoder.Extensions)}.");
        SkiaLibrary.EnsureLoaded();
        return new(new FolderImages(path, files, channels, background, labelled));
    }

    private static bool IsImage(string file) =>
        !Path.GetFileName(file).StartsWith('.') && ImageDecoder.Extensions.Contains(Path.GetExtension(file).ToLowerInvariant());
}
