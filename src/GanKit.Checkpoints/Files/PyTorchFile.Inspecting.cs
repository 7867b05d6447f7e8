namespace GanKit.Checkpoints;

public sealed partial class PyTorchFile
{
    /// <summary>Says what is in a file: format, tree, tensors, networks, optimisers.</summary>
    /// <remarks>
    /// No tensor is read, save the single numbers in which optimisers count their steps, and libtorch is not needed; so
    /// it takes moments, however large the file. Nothing in the file is executed.
    /// <code>Console.WriteLine(PyTorchFile.Inspect("latest_net_G.pth"));</code>
    /// </remarks>
    /// <param name="path">The file, of any format that <see cref="Open(string)"/> reads, or a folder.</param>
    /// <param name="describe">
    /// Says in lines which networks a state dict holds, where a library of networks knows; GanKit's <c>GeneratorFactory.Inspect</c> does so.
    /// </param>
    /// <returns>The summary, which needs the file no more.</returns>
    /// <exception cref="FileNotFoundException">There is no such file or folder.</exception>
    /// <exception cref="CheckpointFormatException">It can't be read.</exception>
    /// <exception cref="IOException">The file system failed.</exception>
    public static CheckpointSummary Inspect(string path, Func<PyTorchStateDict, IEnumerable<string>>? describe = null)
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
            Averages = [.. file.StateDicts.SelectMany(AverageCompletion.PlacesIn)],
            Weights =
            [
                .. file.StateDicts.Select(weights => new WeightsSummary(
                    weights.Key, weights.Count, weights.ModuleClass, [.. describe?.Invoke(weights) ?? []])),
            ],
        };
    }

    private static long SizeOf(string path) => Directory.Exists(path)
        ? new DirectoryInfo(path).EnumerateFiles().Sum(file => file.Length)
        : new FileInfo(path).Length;
}
