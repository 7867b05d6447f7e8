namespace GanKit.Checkpoints;

/// <summary>Opcodes for lists, tuples, dictionaries and sets.</summary>
internal static class ContainerOpcodes
{
    internal static IEnumerable<(int Code, Opcode Opcode)> All =>
    [
        (']', new("EMPTY_LIST", machine => Push(machine, new List<object?>()))),
        ('l', new("LIST", machine => Push(machine, new List<object?>(machine.PopToMark())))),
        ('a', new("APPEND", machine => Append(machine, [machine.Pop()]))),
        ('e', new("APPENDS", machine => Append(machine, machine.PopToMark()))),
        (')', new("EMPTY_TUPLE", machine => machine.Push(Array.Empty<object?>()))),
        ('t', new("TUPLE", machine => Push(machine, machine.PopToMark()))),
        (0x85, new("TUPLE1", machine => Push(machine, PopTuple(machine, 1)))),
        (0x86, new("TUPLE2", machine => Push(machine, PopTuple(machine, 2)))),
        (0x87, new("TUPLE3", machine => Push(machine, PopTuple(machine, 3)))),
        ('}', new("EMPTY_DICT", machine => Push(machine, new PyTorchDict()))),
        ('d', new("DICT", MakeDict)),
        ('s', new("SETITEM", machine => SetItems(machine, PopTuple(machine, 2)))),
        ('u', new("SETITEMS", machine => SetItems(machine, machine.PopToMark()))),
        (0x8f, new("EMPTY_SET", machine => Push(machine, new HashSet<object?>(KeyComparer.Instance)))),
        (0x90, new("ADDITEMS", AddItems)),
        (0x91, new("FROZENSET", machine => Push(machine, BuiltinTypes.MakeSet(machine, machine.PopToMark())))),
    ];

    /// <summary>Sets entries of a dictionary or of a record: key, value, key, value...</summary>
    internal static void SetItems(PickleMachine machine, object? target, object?[] items)
    {
        var dict = target switch
        {
            PyTorchDict plain => plain,
            PyTorchRecord record => machine.Change(record).Entries,
            _ => throw new CheckpointFormatException(
                $"entries are set in {PickleCall.Describe(target)}, which is no dictionary."),
        };
        if (items.Length % 2 != 0)
            throw new CheckpointFormatException("a key has no value.");
        for (var i = 0; i < items.Length; i += 2)
        {
            var before = dict.Count;
            dict.Set(machine.Key(items[i]), items[i + 1]);
            if (dict.Count == before)
                machine.Context.Guard.SeeRewriting();
        }
    }

    private static void Push(PickleMachine machine, object value)
    {
        machine.Budget.Make(value is PyTorchDict ? 4 : 2);
        machine.Push(value);
    }

    private static object?[] PopTuple(PickleMachine machine, int count)
    {
        var items = new object?[count];
        for (var i = count - 1; i >= 0; i--)
            items[i] = machine.Pop();
        return items;
    }

    private static void MakeDict(PickleMachine machine)
    {
        var dict = new PyTorchDict();
        SetItems(machine, dict, machine.PopToMark());
        Push(machine, dict);
    }

    private static void SetItems(PickleMachine machine, object?[] items) => SetItems(machine, machine.Peek(), items);

    private static void Append(PickleMachine machine, object?[] items)
    {
        var target = machine.Peek() switch
        {
            List<object?> list => list,
            PyTorchRecord record => machine.Change(record).ItemList,
            var other => throw new CheckpointFormatException(
                $"items are appended to {PickleCall.Describe(other)}, which is no list."),
        };
        target.AddRange(items);
    }

    private static void AddItems(PickleMachine machine)
    {
        var items = machine.PopToMark();
        switch (machine.Peek())
        {
            case HashSet<object?> set:
                set.UnionWith(items.Select(machine.Key));
                break;
            case PyTorchRecord record:
                machine.Change(record).ItemList.AddRange(items);
                break;
            case var other:
                throw new CheckpointFormatException($"items are added to {PickleCall.Describe(other)}, which is no set.");
        }
    }
}
