using System.Drawing;
using static TorchSharp.torch;

namespace GanKit;

/// <summary>See <see cref="ImageFolder"/>.</summary>
internal sealed class FolderImages : ImageSource
{
    private readonly string _root;
    private readonly string[] _files;
    private readonly int _channels;
    private readonly Color? _background;
    private readonly long[]? _labels;

    internal FolderImages(string root, string[] files, int channels, Color? background, bool labelled)
    {
        (_root, _files, _channels, _background) = (root, files, channels, background);
        Classes = [];
        if (!labelled)
            return;
        if (files.FirstOrDefault(file => !file.Contains('/')) is { } stray)
            throw new InvalidDataException($"The image '{stray}' lies directly in '{root}', where only folders of classes belong. Move it, or load without labels.");
        string[] classes = [.. files.Select(ClassOf).Distinct().Order(StringComparer.Ordinal)];
        _labels = [.. files.Select(file => (long)Array.BinarySearch(classes, ClassOf(file), StringComparer.Ordinal))];
        Classes = classes;
    }

    public override int Count => _files.Length;

    public override IReadOnlyList<string> Classes { get; }

    public override string Name(int index) => Path.Combine(_root, _files[index]);

    public override Tensor Read(int index) => ImageDecoder.Read(Name(index), _channels, _background);

    public override long? Label(int index) => _labels?[index];

    private static string ClassOf(string file) => file[..file.IndexOf('/')];
}
