using System.Drawing;

namespace GanKit.Data;

/// <summary>The images of a folder and of all folders in it.</summary>
public static class ImageFolder
{
    /// <summary>Lists a folder's images; each is decoded when it is needed.</summary>
    /// <remarks>
    /// Files that end in .png, .jpg (.jpeg, .jpe, .jfif, .jfi, .jif), .bmp (.dib), .gif or .webp, or as the decoder says, in the ordinal order of
    /// their paths, so that all machines agree; hidden ones are left out, and pictures of other formats are named in
    /// <see cref="ImageDataset.LeftOut"/>. A folder that is reached twice, through symbolic links, is read once. Images are
    /// turned upright as their EXIF data says. Of an animation the first picture is taken, of 16 bits a channel the upper 8, and
    /// transparent parts are laid on the background, where a warning of each goes to <see cref="System.Diagnostics.Trace"/> unless it was
    /// chosen. Colour profiles are not applied.
    /// </remarks>
    /// <param name="path">The folder.</param>
    /// <param name="channels">
    /// 1 for grey (luma, 0.299 R + 0.587 G + 0.114 B), 3 for RGB, which is the default, 4 for RGB and alpha.
    /// </param>
    /// <param name="background">The background where an image is transparent, unless there are 4 channels; white
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
    /// <param name="decoder">Reads the formats that the library does not, such as that of the package GanKit.ImageSharp; none by
    /// default.
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
        IReadOnlyList<string>? classes = null, IImageDecoder? decoder = null) =>
        new(Open(path, channels, background, decoder, labelled, classes));

    internal static FolderImages Open(
        string path, int channels, Color? background, IImageDecoder? decoder, bool labelled = false,
        IReadOnlyList<string>? classes = null)
    {
        ImageDecoder.RequireChannels(channels);
        var files = ImageListing.Of(path, decoder: decoder);
        SkiaLibrary.EnsureLoaded();
        return new(files, channels, background, decoder, labelled, classes);
    }
}

/// <summary>See <see cref="ImageFolder"/>.</summary>
internal sealed class FolderImages : ImageSource
{
    private readonly ImageListing _listing;
    private readonly int _channels;
    private readonly Color? _background;
    private readonly IImageDecoder? _decoder;
    private readonly long[]? _labels;

    internal FolderImages(
        ImageListing listing, int channels, Color? background, IImageDecoder? decoder, bool labelled = false,
        IReadOnlyList<string>? classes = null)
    {
        (_listing, _channels, _background, _decoder) = (listing, channels, background, decoder);
        var (root, files) = (listing.Root, listing.Files);
        Classes = [];
        if (!labelled && classes is null)
            return;
        if (files.FirstOrDefault(file => !file.Contains('/')) is { } stray)
        {
            throw new InvalidDataException(
                $"The image '{stray}' lies directly in '{root}', where only folders of classes belong. Move it, or load "
                + "without labels.");
        }

        string[] found = [.. files.Select(ClassOf).Distinct().Order(StringComparer.Ordinal)];
        Classes = classes is null ? found : [.. classes];
        var numbers = Number(Classes);
        if (found.FirstOrDefault(name => !numbers.ContainsKey(name)) is { } unknown)
        {
            throw new InvalidDataException(
                $"The folder '{unknown}' in '{root}' is none of the classes given: {string.Join(", ", Classes)}.");
        }

        _labels = [.. files.Select(file => numbers[ClassOf(file)])];
    }

    public override int Count => _listing.Files.Length;

    public override IReadOnlyList<string> Classes { get; }

    public override string Name(int index) => Path.Combine(_listing.Root, _listing.Files[index]);

    internal override IReadOnlyList<string> LeftOut => _listing.LeftOut;

    public override LazyImage Open(int index) => ImageDecoder.Open(Name(index), _channels, _background, _decoder);

    public override long? Label(int index) => _labels?[index];

    private static string ClassOf(string file) => file[..file.IndexOf('/')];

    private static Dictionary<string, long> Number(IReadOnlyList<string> classes)
    {
        var numbers = new Dictionary<string, long>();
        foreach (var name in classes)
            if (!numbers.TryAdd(name, numbers.Count))
                throw new ArgumentException($"The class '{name}' is given twice; each has one label.", nameof(classes));
        return numbers;
    }
}
