using System.Drawing;
using static TorchSharp.torch;

namespace GanKit;

/// <summary>See <see cref="ImageFolder"/>.</summary>
internal sealed class FolderImages : ImageSource
{
    private readonly ImageListing _listing;
    private readonly int _channels;
    private readonly Color? _background;
    private readonly long[]? _labels;

    internal FolderImages(
        ImageListing listing, int channels, Color? background, bool labelled = false, IReadOnlyList<string>? classes = null)
    {
        (_listing, _channels, _background) = (listing, channels, background);
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

    public override Tensor Read(int index) => ImageDecoder.Read(Name(index), _channels, _background);

    internal override IReadOnlyList<string> LeftOut => _listing.LeftOut;

    internal override LazyImage Open(int index, Workbench bench) =>
        ImageDecoder.Open(Name(index), _channels, _background, bench);

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
