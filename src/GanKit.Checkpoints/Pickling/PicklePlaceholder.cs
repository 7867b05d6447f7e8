namespace GanKit.Checkpoints;

/// <summary>
/// Stands for a value while a pickle is read; <see cref="ValueTree.Finish"/> puts the value in its place.
/// </summary>
internal abstract class PicklePlaceholder
{
    /// <summary>The value, as users get it.</summary>
    internal abstract object? Resolve();

    /// <summary>The value behind a placeholder, and any other value as it is.</summary>
    internal static object? Resolve(object? value) =>
        value is PicklePlaceholder placeholder ? placeholder.Resolve() : value;
}
