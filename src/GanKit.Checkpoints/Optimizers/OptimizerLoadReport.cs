namespace GanKit.Checkpoints;

/// <summary>How an optimiser's state was matched to its parameters, which PyTorch numbers and does not name.</summary>
public sealed class OptimizerLoadReport
{
    internal OptimizerLoadReport(string key) => Key = key;

    /// <summary>Where in the file the state stands; empty where the file holds nothing else.</summary>
    public string Key { get; }

    /// <summary>How many parameters were found by their names in a network of the same file.</summary>
    public int ByName { get; internal set; }

    /// <summary>How many were taken in the order in which the optimiser has them.</summary>
    public int ByPosition { get; internal set; }

    /// <summary>
    /// Possible mistakes: parameters of equal shapes that were matched by position alone, or names that do not lead to fitting
    /// shapes. Empty where nothing is.
    /// </summary>
    public IReadOnlyList<string> Notes => NoteList;

    internal List<string> NoteList { get; } = [];

    /// <summary>A line of text, and one for each note.</summary>
    /// <returns>The text.</returns>
    public override string ToString() => string.Join(
        '\n',
        NoteList.Prepend(
            $"{Words.Count(ByName + ByPosition, "parameter")}{(Key.Length > 0 ? $" of '{Key}'" : "")}: {ByName} by name, "
            + $"{ByPosition} by position."));
}
