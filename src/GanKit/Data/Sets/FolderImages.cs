using System.Drawing;
using static TorchSharp.torch;

namespace GanKit;

/// <summary>See <see cref="ImageFolder"/>.</summary>
internal sealed class FolderImages : ImageSource
{
    private readonly string root;
    private readonly string[] files;
    private readonly int channels;
    private readonly Color? background;
    private readonly long[]? labels;

    internal FolderImages(string root, string[] files, int channels, Color? background, bool labelled)
    {
        (this.root, this.files, this.channels, this.background) = (root, files, channels, background);
        Classes = [];
        if (!labelled)
            return;
        if (files.FirstOrDefault(file => !file.Contains('/')) is { } stray)
            throw new InvalidDataException($"The image '{stray}' lies directly in '{root}', where only folders of classes belong. Move it, or load without labels.");
        string[] classes = [.. files.Select(ClassOf).Distinct().Order(StringComparer.Ordinal)];
        labels = [.. files.Select(file => (long)Array.BinarySearch(classes, ClassOf(file), StringComparer.Ordinal))];
        Classes = classes;
    }

    public override int Count => files.Length;

    public override IReadOnlyList<string> Classes { get; }

    public override string Name(int index) => Path.Combine(root, files[index]);

    public override Tensor Read(int index) => ImageDecoder.Read(Name(index), channels, background);

    public override long? Label(int index) => labels?[index];

    private static string ClassOf(string file) => file[..file.IndexOf('/')];
}
