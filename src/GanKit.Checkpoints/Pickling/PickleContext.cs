using System.Globalization;

namespace GanKit.Checkpoints;

/// <summary>The context of reading a pickle.</summary>
/// <param name="Budget">The limits of the whole file.</param>
/// <param name="Guard">The checks of the whole file.</param>
/// <param name="FindPersistent">Finds what the pickle refers to outside of itself: the storages of torch.save.</param>
/// <param name="Nesting">How many files within files lie around the pickle.</param>
internal sealed record PickleContext(
    PickleBudget Budget, PickleGuard Guard, Func<object?, object?> FindPersistent, int Nesting = 0)
{
    // A storage saved in bytes is a file of its own; a valid one holds no further files.
    internal const int DeepestNesting = 4;

    /// <summary>For pickles that stand alone.</summary>
    internal PickleContext(PickleBudget budget)
        : this(budget, new(budget), RefuseReference)
    {
    }

    internal static object? RefuseReference(object? id) =>
        throw new CheckpointFormatException("it refers to an object outside of the file.");
}

/// <summary>
/// The place of a value in a tree. Its text is made on request only, as names may be long and many.
/// </summary>
/// <param name="parent">The place of what it is in; null for the root.</param>
/// <param name="key">Its key or index there.</param>
internal sealed class ValuePlace(ValuePlace? parent, object? key)
{
    private const int LongestKey = 200;

    private ValuePlace? Parent => parent;

    private string Name
    {
        get
        {
            var name = Convert.ToString(key, CultureInfo.InvariantCulture) ?? "";
            return name.Length <= LongestKey ? name : $"{name[..LongestKey]}...";
        }
    }

    /// <summary>The keys from the outside in, with dots between them.</summary>
    public override string ToString()
    {
        var names = new Stack<string>();
        for (var place = this; place is not null; place = place.Parent)
            names.Push(place.Name);
        return string.Join('.', names);
    }
}

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

/// <summary>
/// The limits of reading one file, so that a small file can't take much memory or time: the number of objects, and of bytes that are copied
/// or hashed repeatedly. Pickles within pickles share it.
/// </summary>
/// <param name="fileLength">The file's bytes.</param>
internal sealed class PickleBudget(long fileLength)
{
    private const long MostObjects = 1 << 24;

    private readonly long _mostCopied = (1L << 20) + 4 * Math.Min(fileLength, 1L << 50);
    private long _objects;
    private long _copied;

    /// <summary>Counts what an opcode makes, in units of some 30 bytes.</summary>
    internal void Make(int objects)
    {
        _objects += objects;
        if (_objects > MostObjects)
            throw new CheckpointFormatException(
                $"it makes more than {MostObjects} objects, which no file of weights does.");
    }

    /// <summary>Counts copied bytes; valid files copy nothing twice.</summary>
    internal void Copy(long units)
    {
        _copied += units;
        if (_copied > _mostCopied)
            throw new CheckpointFormatException(
                "it has the same values copied over and over, which no file of weights does.");
    }
}

/// <summary>
/// Bytes of which it is not known yet what they are for: long ones, which may be a NumPy array's and had better stay in the
/// file, and those of Python 2, whose <c>str</c> is text and bytes in one.
/// </summary>
internal sealed class PickleBytes(StorageData data, bool isText) : PicklePlaceholder
{
    /// <summary>Shorter ones are read at once.</summary>
    internal const int Short = 1 << 12;

    private const int LongestValue = 1 << 28;

    private object? _value;

    /// <summary>The bytes themselves, unread.</summary>
    internal StorageData Data => data;

    internal override object? Resolve() => _value ??= Decode();

    private object Decode()
    {
        if (data.Length > LongestValue)
        {
            throw new CheckpointFormatException(
                $"it holds {data.Length} bytes that are no tensor's; at most {LongestValue} are read.");
        }

        var bytes = data.ToArray();
        return isText ? PickleText.DecodePython2(bytes) : bytes;
    }
}
