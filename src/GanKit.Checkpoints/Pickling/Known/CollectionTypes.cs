namespace GanKit.Checkpoints;

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
