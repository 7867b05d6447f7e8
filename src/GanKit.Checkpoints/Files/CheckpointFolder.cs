using System.Text.RegularExpressions;

namespace GanKit.Checkpoints;

/// <summary>Finds the weights in a folder as Hugging Face publishes them.</summary>
internal static partial class CheckpointFolder
{
    // In the order of preference: folders often hold the same weights in both formats.
    private static readonly string[] Indexes = [".safetensors.index.json", ".bin.index.json", ".index.json"];

    private const int MostNamed = 10;

    private static readonly string[] Weights = [".safetensors", ".pth", ".pt", ".bin", ".ckpt", ".pkl", ".dat"];

    /// <summary>The path of the index; where there is none, that of the only file with weights.</summary>
    /// <exception cref="CheckpointFormatException">There is no such file, or several; the message names them.</exception>
    internal static string Choose(string folder)
    {
        var files = new DirectoryInfo(folder).EnumerateFiles().Select(file => file.Name).Order(StringComparer.Ordinal)
            .ToArray();
        foreach (var ending in Indexes)
        {
            if (EndingIn(files, ending) is { Length: > 0 } indexes)
                return Path.Combine(folder, Only(indexes));
        }

        var weights = EndingIn(files, Weights);
        if (weights.Length > 0)
            return Path.Combine(folder, Only(weights));
        var others = files.Take(MostNamed).Select(name => (Name: name, What: Describe(Path.Combine(folder, name))));
        var (other, what) = others.FirstOrDefault(file => file.What is not null);
        throw new CheckpointFormatException(
            $"it is a folder without weights: of its {files.Length} files none ends in "
            + $"{string.Join(", ", Indexes.Concat(Weights))}.{(what is null ? "" : $" Of its '{other}': {what}")}");

        static string? Describe(string path) => ForeignFormat.Describe(path, CheckpointOpener.HeadOf(path));
    }

    /// <summary>
    /// Whether a file is called as the parts of large checkpoints are: <c>model-00001-of-00002.safetensors</c>.
    /// </summary>
    internal static bool IsOneOfSeveral(string name) => PartName().IsMatch(name);

    /// <summary>Whether a file is called as weights are.</summary>
    internal static bool IsWeights(string name) => EndingIn([name], Weights).Length > 0;

    private static string[] EndingIn(string[] files, params string[] endings) =>
        [.. files.Where(file => endings.Any(ending => file.EndsWith(ending, StringComparison.OrdinalIgnoreCase)))];

    private static string Only(string[] files)
    {
        if (files is [var only])
            return only;
        var names = $"'{string.Join("', '", files.Take(10))}'{(files.Length > 10 ? ", ..." : "")}";
        throw new CheckpointFormatException($"it is a folder with several files of weights: {names}. Open one of them.");
    }

    [GeneratedRegex(@"-\d+-of-\d+\.[^/\\]*$")]
    private static partial Regex PartName();
}
