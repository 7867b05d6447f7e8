namespace GanKit.Checkpoints;

/// <summary>A dictionary on its way into a file.</summary>
/// <param name="isOrdered">Whether Python gets an <c>OrderedDict</c>, as state dicts are, and not a <c>dict</c>.</param>
/// <param name="entries">Keys and values, in order.</param>
internal sealed class SavedDict(bool isOrdered, List<(object? Key, object? Value)> entries)
{
    internal bool IsOrdered => isOrdered;

    internal IReadOnlyList<(object? Key, object? Value)> Entries => entries;
}
