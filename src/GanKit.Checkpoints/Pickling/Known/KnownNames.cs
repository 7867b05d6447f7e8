using System.Numerics;
using System.Text;

namespace GanKit.Checkpoints;

/// <summary>
/// The allow-list: the names of Python that mean something here, each with a function of this library that says what a call
/// of it gives. All other names are only names.
/// </summary>
internal static class KnownNames
{
    private static readonly Dictionary<string, Func<PickleCall, object?>> Functions = Collect(
        BuiltinTypes.Functions,
        CollectionTypes.Functions,
        CopyFunctions.Functions,
        TorchTensors.Functions,
        TorchExoticTensors.Functions,
        TorchTypes.Functions,
        NumpyFunctions.Functions);

    /// <summary>The full names of all known functions.</summary>
    internal static IEnumerable<string> All => Functions.Keys;

    internal static Func<PickleCall, object?>? FindFunction(PyTorchClass type) =>
        Functions.GetValueOrDefault(type.FullName);

    /// <summary>The value of a name that is no class: <c>torch.float32</c>.</summary>
    internal static object? FindValue(PyTorchClass named) =>
        named.Module == "torch" ? TorchTypes.FindDtype(named.Name) : null;

    private static Dictionary<string, Func<PickleCall, object?>> Collect(
        params IEnumerable<(string Name, Func<PickleCall, object?> Function)>[] groups) =>
        groups.SelectMany(group => group).ToDictionary(entry => entry.Name, entry => entry.Function);
}

/// <summary>Dictionaries of Python's <c>collections</c>. Only their entries count.</summary>
internal static class CollectionTypes
{
    internal static IEnumerable<(string Name, Func<PickleCall, object?> Function)> Functions =>
    [
        ("collections.OrderedDict", MakeDict),
        ("collections.Counter", MakeDict),
        ("collections.defaultdict", _ => new PyTorchDict()),
    ];

    /// <summary>From nothing, from another dictionary, or from pairs of key and value.</summary>
    internal static object? MakeDict(PickleCall call)
    {
        var dict = new PyTorchDict();
        call.Machine.Budget.Make(4);
        if (call[0] is PyTorchDict other)
        {
            call.Machine.Budget.Make(other.Count);
            call.Machine.Budget.Copy(other.Count);
            foreach (var (key, value) in other)
                dict.Set(call.Machine.Key(key), value);
            return dict;
        }

        foreach (var item in call.Items(0))
        {
            var pair = item as IReadOnlyList<object?>;
            if (pair is not { Count: 2 })
                throw call.Wrong(0, "pairs of key and value");
            dict.Set(call.Machine.Key(pair[0]), pair[1]);
        }

        return dict;
    }
}

/// <summary>Python's own types, and the way in which protocols before 3 spell bytes.</summary>
internal static class BuiltinTypes
{
    internal static IEnumerable<(string Name, Func<PickleCall, object?> Function)> Functions =>
    [
        ("builtins.set", call => MakeSet(call.Machine, call.Items(0))),
        ("builtins.frozenset", call => MakeSet(call.Machine, call.Items(0))),
        ("builtins.list", call => new List<object?>(call.Items(0))),
        ("builtins.tuple", call => call.Items(0)),
        ("builtins.dict", CollectionTypes.MakeDict),
        ("builtins.getattr", PickleGetattr.Call),
        ("builtins.complex", call => MakeComplex(call)),
        ("builtins.bytearray", MakeBytes),
        ("builtins.bytes", MakeBytes),
        ("_codecs.encode", Encode),
    ];

    internal static HashSet<object?> MakeSet(PickleMachine machine, IEnumerable<object?> items) =>
        new(items.Select(machine.Key), KeyComparer.Instance);

    private static Complex MakeComplex(PickleCall call) => new Complex(Part(call, 0), Part(call, 1));

    private static double Part(PickleCall call, int index) => call[index] switch
    {
        double number => number,
        long number => number,
        null when index >= call.Count => 0,
        _ => throw call.Wrong(index, "a number"),
    };

    private static object? MakeBytes(PickleCall call)
    {
        if (call.Count == 0)
            return Array.Empty<byte>();
        if (call[0] is string && call.Count > 1)
            return Encode(call);
        return PickleCall.FindBytes(call.Arguments[0]) is null ? call.ToRecord() : call.Arguments[0];
    }

    private static byte[] Encode(PickleCall call)
    {
        if (call[0] is not string text)
            throw call.Wrong(0, "a text");
        call.Machine.Budget.Copy(text.Length);
        var encoding = call.Count == 1 ? "utf-8" : call.Text(1);
        if (encoding is not ("latin1" or "latin-1"))
        {
            return encoding is "utf-8" or "utf8" or "ascii"
                ? Encoding.UTF8.GetBytes(text)
                : throw call.Wrong(1, "latin1 or utf-8");
        }

        if (text.Any(letter => letter > '\u00ff'))
            throw new CheckpointFormatException("a text that stands for bytes has letters that are no bytes.");
        return Encoding.Latin1.GetBytes(text);
    }
}
