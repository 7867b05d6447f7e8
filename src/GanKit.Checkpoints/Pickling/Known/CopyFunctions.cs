namespace GanKit.Checkpoints;

/// <summary>How Python rebuilds objects that say nothing of it themselves. Here that is a record of the class.</summary>
internal static class CopyFunctions
{
    internal static IEnumerable<(string Name, Func<PickleCall, object?> Function)> Functions =>
    [
        ("copyreg._reconstructor", Reconstruct),
        ("copyreg.__newobj__", MakeNew),
        ("copyreg.__newobj_ex__", call => call.Machine.CallUnknown(call.Class(0), [.. call.Items(1), call[2]])),
    ];

    /// <summary>Of (class, arguments...).</summary>
    private static object? MakeNew(PickleCall call)
    {
        call.Machine.Budget.Copy(call.Count);
        return call.Machine.Call(Class(call), call.Arguments[1..]);
    }

    /// <summary>Of (class, base, content): objects that extend a list or dictionary have that as content.</summary>
    private static PyTorchRecord Reconstruct(PickleCall call)
    {
        // Of both, Python calls a part.
        var record = call.Machine.CallUnknown(Class(call), []);
        if (call[1] is PyTorchClass or PyTorchRecord)
            call.Machine.Context.Guard.CheckCall(call[1], call[1] is PyTorchClass { Module: "builtins" } && call[2] is not PyTorchRecord ? [] : [call[2]]);
        switch (call[2])
        {
            case PyTorchDict content:
                call.Machine.Budget.Copy(content.Count);
                foreach (var (key, value) in content)
                    record.Entries.Set(call.Machine.Key(key), value);
                break;
            case object?[] or List<object?> or HashSet<object?>:
                record.ItemList.AddRange(call.Items(2));
                break;
            case not null:
                record.ItemList.Add(call[2]);
                break;
        }

        return record;
    }

    /// <summary>A class, or what getattr gave: a class within a class.</summary>
    private static object Class(PickleCall call) => call[0] as PyTorchRecord ?? (object)call.Class(0);
}
