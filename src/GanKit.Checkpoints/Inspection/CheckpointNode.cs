namespace GanKit.Checkpoints;

/// <summary>One node in the tree of a file's content.</summary>
/// <remarks>
/// An object that is reached on several paths is described at the first; elsewhere, and where an object contains itself, a node without
/// children refers to it.
/// </remarks>
public sealed class CheckpointNode
{
    internal CheckpointNode(
        string name, string text, IReadOnlyList<CheckpointNode>? children = null, CheckpointTensor? tensor = null) =>
        (Name, Text, Children, Tensor) = (name, text, children ?? [], tensor);

    /// <summary>Its name in its parent: a key, an index, an attribute; empty for the root.</summary>
    public string Name { get; }

    /// <summary>
    /// A short description: a value (<c>3</c>, <c>"facades"</c>), a kind (<c>dictionary, 5 entries</c>), the
    /// class of an object; long ones are cut, and control characters are written out (<c>\u001b</c>).
    /// </summary>
    public string Text { get; }

    /// <summary>The tensor, where it is one.</summary>
    public CheckpointTensor? Tensor { get; }

    /// <summary>Its children. Lists of plain values are in <see cref="Text"/> alone, and optimisers' states too.</summary>
    public IReadOnlyList<CheckpointNode> Children { get; }

    /// <summary>The class, where it is a module of a network that was saved whole.</summary>
    internal string? ModuleClass { get; init; }

    /// <summary>Name and text.</summary>
    /// <returns>The text.</returns>
    public override string ToString() => Name.Length == 0 ? Text : $"{Printable.Text(Name, 60)}: {Text}";
}
