namespace GanKit.Data;

/// <summary>Data sets of small grey images in MNIST's format (IDX), such as MNIST, KMNIST and EMNIST.</summary>
public static class Mnist
{
    private static readonly string[] Digits = ["0", "1", "2", "3", "4", "5", "6", "7", "8", "9"];

    /// <summary>Loads MNIST's files from a folder: 60,000 or 10,000 digits (1, 28, 28) and their labels.</summary>
    /// <param name="folder">
    /// Where <c>train-images-idx3-ubyte</c>, <c>train-labels-idx1-ubyte</c>, <c>t10k-images-idx3-ubyte</c> and
    /// <c>t10k-labels-idx1-ubyte</c> are, each with or without <c>.gz</c>.
    /// </param>
    /// <param name="split">Which part; <see cref="DatasetSplit.Train"/> by default.</param>
    /// <exception cref="FileNotFoundException">A file is missing; the message names it.</exception>
    /// <exception cref="InvalidDataException">A file is damaged, or the files don't belong together.</exception>
    public static ImageDataset Load(string folder, DatasetSplit split = DatasetSplit.Train) => LoadFolder(folder, split, Digits);

    /// <summary>Loads any pair of IDX files; they are read into memory.</summary>
    /// <remarks>
    /// EMNIST's files hold each image transposed, and in its letters the labels begin at 1. Both are taken care of where the
    /// file of images is named as they are, such as <c>emnist-letters-train-images-idx3-ubyte.gz</c>, and its classes are
    /// known too: 26 letters, 47 (balanced, bymerge) or 62 (byclass) letters and digits, 10 digits. Cohen et al., "EMNIST:
    /// an extension of MNIST to handwritten letters", 2017.
    /// </remarks>
    /// <param name="images">A file of images, (N, H, W) bytes, compressed with gzip or not.</param>
    /// <param name="labels">A file of labels, (N) bytes, compressed with gzip or not; or none.</param>
    /// <param name="classes">The names of the classes; EMNIST's in its files, else the digits by default.</param>
    /// <param name="firstLabel">
    /// The label of the first class in the file; by default 1 in EMNIST's letters with 26 classes, else 0. With torchvision's 27 names,
    /// of which the first stands for no letter, it is 0.
    /// </param>
    /// <param name="transposed">
    /// Whether rows and columns are exchanged in the file; true in EMNIST's, else false by default.
    /// </param>
    /// <returns>Images (1, H, W).</returns>
    /// <exception cref="FileNotFoundException">A file is missing.</exception>
    /// <exception cref="InvalidDataException">
    /// A file is truncated, too long or of another format, the files disagree on the number of images, or a label is not
    /// one of the classes; the message says which, where, and what is allowed.
    /// </exception>
    public static ImageDataset LoadFiles(
        string images, string? labels = null, IReadOnlyList<string>? classes = null, int? firstLabel = null,
        bool? transposed = null)
    {
        ArgumentException.ThrowIfNullOrEmpty(images);
        var emnist = Emnist.Of(images);
        classes ??= emnist?.Classes ?? Digits;
        var (count, height, width, values) = IdxFile.ReadImages(images);
        if (transposed ?? emnist is not null)
            (height, width) = Transpose(values, height, width);
        // Other names than EMNIST's own may count from another label.
        var first = firstLabel ?? (emnist?.Classes.Count == classes.Count ? emnist.FirstLabel : 0);
        var numbers = labels is null ? null : IdxFile.ReadLabels(labels, classes.Count, first);
        if (numbers is not null && numbers.Length != count)
        {
            throw new InvalidDataException(
                $"'{images}' has {count} images, but '{labels}' has {numbers.Length} labels: they don't belong together.");
        }

        return new(new PackedImages(values, 1, height, width, numbers, numbers is null ? [] : classes, images));
    }

    private static (int Height, int Width) Transpose(byte[] images, int height, int width)
    {
        var stored = new byte[height * width];
        for (var start = 0; start < images.Length; start += stored.Length)
        {
            var image = images.AsSpan(start, stored.Length);
            image.CopyTo(stored);
            for (var i = 0; i < stored.Length; i++)
                image[i] = stored[i % height * width + i / height];
        }

        return (width, height);
    }

    internal static ImageDataset LoadFolder(string folder, DatasetSplit split, IReadOnlyList<string> classes)
    {
        ArgumentException.ThrowIfNullOrEmpty(folder);
        var (images, labels) = FileNames(split);
        return LoadFiles(Existing(folder, images), Existing(folder, labels), classes);
    }

    /// <summary>The names of a split's two files, without <c>.gz</c>.</summary>
    internal static (string Images, string Labels) FileNames(DatasetSplit split)
    {
        var prefix = split == DatasetSplit.Train ? "train" : "t10k";
        return ($"{prefix}-images-idx3-ubyte", $"{prefix}-labels-idx1-ubyte");
    }

    /// <summary>The path of a file in a folder, with or without <c>.gz</c>; null where it is not.</summary>
    internal static string? Find(string folder, string name) =>
        new[] { name, name + ".gz" }.Select(n => Path.Combine(folder, n)).FirstOrDefault(File.Exists);

    private static string Existing(string folder, string name) =>
        Find(folder, name) ?? throw new FileNotFoundException(
            $"The folder '{folder}' has no file {name} or {name}.gz.", Path.Combine(folder, name));
}

/// <summary>Facts of EMNIST's six parts, by the names of their files.</summary>
/// <param name="Classes">The names of the classes.</param>
/// <param name="FirstLabel">The label of the first one.</param>
internal sealed record Emnist(IReadOnlyList<string> Classes, int FirstLabel = 0)
{
    private const string Digits = "0123456789", Capitals = "ABCDEFGHIJKLMNOPQRSTUVWXYZ", Letters = "abcdefghijklmnopqrstuvwxyz";

    // Small letters that look like their capitals are one class with them.
    private const string Distinct = "abdefghnqrt";

    private static readonly Dictionary<string, Emnist> Parts = new()
    {
        ["byclass"] = new(Named(Digits + Capitals + Letters)),
        ["bymerge"] = new(Named(Digits + Capitals + Distinct)),
        ["balanced"] = new(Named(Digits + Capitals + Distinct)),
        ["letters"] = new(Named(Letters), FirstLabel: 1),
        ["digits"] = new(Named(Digits)),
        ["mnist"] = new(Named(Digits)),
    };

    /// <summary>The part that a file of images belongs to; null where its name is none of EMNIST's.</summary>
    internal static Emnist? Of(string path) =>
        Path.GetFileName(path).Split('-') is [var set, var part, _, ..] && set.Equals("emnist", StringComparison.OrdinalIgnoreCase)
            ? Parts.GetValueOrDefault(part.ToLowerInvariant()) : null;

    private static string[] Named(string letters) => [.. letters.Select(letter => letter.ToString())];
}
