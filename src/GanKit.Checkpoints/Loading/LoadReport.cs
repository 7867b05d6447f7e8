using System.Text;

namespace GanKit.Checkpoints;

/// <summary>The result for each weight of loading a file into a network.</summary>
public sealed class LoadReport
{
    internal LoadReport(string key) => Key = key;

    /// <summary>The state dict that was taken (<see cref="PyTorchStateDict.Key"/>).</summary>
    public string Key { get; }

    /// <summary>The network's weights that were loaded, in the file's order.</summary>
    public IReadOnlyList<string> Loaded => LoadedList;

    /// <summary>Of those, the ones that have another name in the file: file's name to network's name.</summary>
    public IReadOnlyDictionary<string, string> Renamed => RenamedMap;

    /// <summary>Of the loaded ones, those that were converted, and how: <c>float16 to float32</c>.</summary>
    public IReadOnlyDictionary<string, string> Converted => ConvertedMap;

    /// <summary>The file's weights that have no place in the network, with the reason.</summary>
    public IReadOnlyDictionary<string, string> Dropped => DroppedMap;

    /// <summary>The network's weights that the file has not, and that keep their values, with the reason.</summary>
    public IReadOnlyDictionary<string, string> Kept => KeptMap;

    /// <summary>
    /// The steps that found the weights in the file, and the choice among several, in words: averaged weights instead of
    /// raw ones, prefixes taken off, spectral norms turned into the network's. Empty where all is as it stands in the file.
    /// </summary>
    public IReadOnlyList<string> Notes => NoteList;

    /// <summary>
    /// Whether the weights are averaged ones, judged by their name in the file or the entries beside them.
    /// </summary>
    public bool IsAverage { get; internal set; }

    internal List<string> NoteList { get; } = [];

    internal List<string> LoadedList { get; } = [];

    internal OrderedDictionary<string, string> RenamedMap { get; } = [];

    internal OrderedDictionary<string, string> ConvertedMap { get; } = [];

    internal OrderedDictionary<string, string> DroppedMap { get; } = [];

    internal OrderedDictionary<string, string> KeptMap { get; } = [];

    /// <summary>A few lines of text: counts, conversions, then the exceptions.</summary>
    /// <returns>The text.</returns>
    public override string ToString()
    {
        var text = new StringBuilder($"{Loaded.Count} weights loaded{(Key.Length > 0 ? $" from '{Key}'" : "")}.");
        foreach (var note in Notes)
            text.Append($"\n{note}.");
        List("renamed", Renamed, " -> ");
        List("converted", Converted, ": ");
        List("dropped", Dropped, ": ");
        List("kept", Kept, ": ");
        return text.ToString();

        void List(string what, IReadOnlyDictionary<string, string> entries, string separator)
        {
            if (entries.Count == 0)
                return;
            text.Append($"\n{entries.Count} {what}:");
            foreach (var (name, detail) in entries.Take(10))
                text.Append($"\n  {name}{separator}{detail}");
            if (entries.Count > 10)
                text.Append("\n  ...");
        }
    }
}
