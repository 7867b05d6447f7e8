namespace GanKit.Checkpoints;

/// <summary>
/// A Python object whose class this library does not know, such as a module of a user's program: the content of the file, and no more. No
/// constructor ran, and no function was called.
/// </summary>
public sealed class PyTorchRecord
{
    internal PyTorchRecord(PyTorchClass type, object?[] arguments) => (Class, Arguments) = (type, arguments);

    /// <summary>The class, or the function whose result this stands for.</summary>
    public PyTorchClass Class { get; }

    /// <summary>The arguments of the call of the class or function.</summary>
    public IReadOnlyList<object?> Arguments { get; }

    /// <summary>
    /// The state of the object: most often a <see cref="PyTorchDict"/> of its attributes; null where
    /// there was nothing.
    /// </summary>
    public object? State { get; internal set; }

    /// <summary>The items that were appended to the object, if it is a kind of list.</summary>
    public IReadOnlyList<object?> Items => ItemList;

    /// <summary>The entries that were set in the object by key, if it is a kind of dictionary.</summary>
    public PyTorchDict Entries { get; } = new();

    internal List<object?> ItemList { get; } = [];

    /// <summary>An attribute of the object, or null where it has none of that name.</summary>
    /// <param name="name">The attribute's name, for example <c>_parameters</c>.</param>
    public object? this[string name] => State is PyTorchDict attributes ? attributes.GetValueOrDefault(name) : null;

    /// <summary>A short description: the class.</summary>
    /// <returns>The text.</returns>
    public override string ToString() => $"object of class {Class.FullName}";
}
