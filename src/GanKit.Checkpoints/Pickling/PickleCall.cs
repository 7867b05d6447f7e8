using System.Numerics;
using System.Text;

namespace GanKit.Checkpoints;

/// <summary>A call of a known function, with its arguments under the types that it wants.</summary>
internal sealed class PickleCall(PickleMachine machine, PyTorchClass function, object?[] arguments)
{
    private const int MostDimensions = 64;
    private const int LongestText = 1_000;

    internal PickleMachine Machine => machine;

    internal PyTorchClass Function => function;

    internal object?[] Arguments => arguments;

    internal int Count => arguments.Length;

    /// <summary>The argument at an index, or null where there are fewer.</summary>
    internal object? this[int index] => index < arguments.Length ? PicklePlaceholder.Resolve(arguments[index]) : null;

    /// <summary>The error for a call with unexpected arguments.</summary>
    internal PyTorchRecord ToRecord() => machine.Record(function, arguments);

    internal long Integer(int index) => this[index] is long number ? number : throw Wrong(index, "a whole number");

    internal bool Flag(int index) => this[index] switch
    {
        null => false,
        bool flag => flag,
        long number => number != 0,
        _ => throw Wrong(index, "true or false"),
    };

    /// <summary>A short text, such as the name of a device: files can give the same long text to many calls.</summary>
    internal string Text(int index) => this[index] is string { Length: <= LongestText } text
        ? text
        : throw Wrong(index, $"a text of at most {LongestText} letters");

    internal PyTorchTensor Tensor(int index) => this[index] as PyTorchTensor ?? throw Wrong(index, "a storage or tensor");

    internal PyTorchDtype Dtype(int index) => this[index] as PyTorchDtype ?? throw Wrong(index, "a dtype");

    internal PyTorchClass Class(int index) => this[index] as PyTorchClass ?? throw Wrong(index, "a class");

    internal object?[] Tuple(int index) => this[index] as object?[] ?? throw Wrong(index, "a tuple");

    /// <summary>Items that are copied, so they count.</summary>
    internal object?[] Items(int index)
    {
        var items = this[index] switch
        {
            null when index >= arguments.Length => [],
            object?[] tuple => tuple,
            List<object?> list => list.ToArray(),
            HashSet<object?> set => [.. set],
            long[] sizes => [.. sizes.Cast<object?>()],
            _ => throw Wrong(index, "a list"),
        };
        machine.Budget.Make(items.Length);
        machine.Budget.Copy(items.Length);
        return items;
    }

    internal long[] Sizes(int index)
    {
        var sizes = Items(index);
        return sizes.Length <= MostDimensions
            ? [.. sizes.Select(size => size as long? ?? throw Wrong(index, "whole numbers"))]
            : throw new CheckpointFormatException(
                $"a tensor has {sizes.Length} dimensions; at most {MostDimensions} are read.");
    }

    /// <summary>Bytes, wherever they stand; a text of Python 2 is its own bytes.</summary>
    internal StorageData Bytes(int index) =>
        FindBytes(index < Count ? arguments[index] : null) ?? throw Wrong(index, "bytes");

    /// <summary>Bytes, or null for anything else.</summary>
    internal static StorageData? FindBytes(object? value) => value switch
    {
        byte[] bytes => new MemoryData(bytes),
        PickleBytes bytes => bytes.Data,
        string { Length: <= PickleBytes.Short } text when Ascii.IsValid(text) =>
            new MemoryData(Encoding.ASCII.GetBytes(text)),
        _ => null,
    };

    internal CheckpointFormatException Wrong(int index, string wanted) => new(
        $"{function.FullName} should be given {wanted} as argument {index + 1} of {Count}, not {Describe(this[index])}.");

    /// <summary>Names what a value is, for errors.</summary>
    internal static string Describe(object? value) => value switch
    {
        null => "None",
        bool or long or double or BigInteger or Complex => "a number",
        string => "a text",
        byte[] or PickleBytes => "bytes",
        object?[] or long[] => "a tuple",
        List<object?> => "a list",
        HashSet<object?> => "a set",
        PyTorchDict => "a dictionary",
        PyTorchTensor => "a tensor",
        PyTorchClass type => $"the class {type.FullName}",
        PyTorchRecord record => $"an object of {record.Class.FullName}",
        PickleArray => "a NumPy array",
        _ => $"a {value.GetType().Name}",
    };
}
