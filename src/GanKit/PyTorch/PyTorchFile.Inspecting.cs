namespace GanKit;

public sealed partial class PyTorchFile
{
    /// <summary>Says what is in a file: format, tree, tensors, networks, optimisers.</summary>
    /// <remarks>
    /// No tensor is read, save the single numbers in which optimisers count their steps, so it takes moments, however large the
    /// file. Nothing in the file is executed. Without libtorch networks are named by a few telling weights alone.
    /// <code>Console.WriteLine(PyTorchFile.Inspect("latest_net_G.pth"));</code>
    /// </remarks>
    /// <param name="path">The file, of any format that <see cref="Open(string)"/> reads, or a folder.</param>
    /// <param name="families">The networks to recognise; <see cref="NetworkFamily.Known"/> unless stated.</param>
    /// <returns>The summary, which needs the file no more.</returns>
    /// <exception cref="FileNotFoundException">There is no such file or folder.</exception>
    /// <exception cref="CheckpointFormatException">It can't be read.</exception>
    /// <exception cref="IOException">The file system failed.</exception>
    public static CheckpointSummary Inspect(string path, IReadOnlyList<NetworkFamily>? families = null)
    {
        using var file = Open(path);
        var tree = new TreeBuilder();
        var root = tree.Build("", file.Root, "");
        return new(path, file.Format, SizeOf(path))
        {
            Metadata = new Dictionary<string, string>(file.Metadata),
            Root = root,
            Tensors = tree.Tensors,
            Optimizers = tree.Optimizers,
            Averages = [.. file.Networks.SelectMany(Averages.PlacesIn)],
            Weights =
            [
                .. file.Networks.Select(weights => new WeightsSummary(
                    weights.Key, weights.Count, weights.ModuleClass, NetworkRecognition.Of(weights, families))),
            ],
        };
    }

    private static long SizeOf(string path) => Directory.Exists(path)
        ? new DirectoryInfo(path).EnumerateFiles().Sum(file => file.Length)
        : new FileInfo(path).Length;
}
