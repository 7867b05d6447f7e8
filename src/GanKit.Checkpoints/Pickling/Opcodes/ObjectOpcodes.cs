namespace GanKit.Checkpoints;

/// <summary>Opcodes that name classes, call them, and fill objects; and those that refer outside of the pickle.</summary>
internal static class ObjectOpcodes
{
    private const int LongestName = 1_000;
    internal const int MostSteps = 20;

    internal static IEnumerable<(int Code, Opcode Opcode)> All =>
    [
        ('c', new("GLOBAL", machine => machine.Push(ReadName(machine)))),
        (0x93, new("STACK_GLOBAL", PushNamed)),
        ('R', new("REDUCE", Reduce)),
        ('i', new("INST", Instantiate)),
        ('o', new("OBJ", InstantiateOnStack)),
        (0x81, new("NEWOBJ", Reduce)),
        (0x92, new("NEWOBJ_EX", ReduceWithKeywords)),
        ('b', new("BUILD", Build)),
        ('P', new("PERSID", machine => machine.Push(machine.Context.FindPersistent(ReadLine(machine))))),
        ('Q', new("BINPERSID", machine => machine.Push(machine.Context.FindPersistent(machine.Pop())))),
        (0x82, new("EXT1", RefuseExtension)),
        (0x83, new("EXT2", RefuseExtension)),
        (0x84, new("EXT4", RefuseExtension)),
    ];

    private static object ReadName(PickleMachine machine) => Find(machine, ReadLine(machine), ReadLine(machine));

    private static string ReadLine(PickleMachine machine) => PickleText.DecodeUtf8(machine.Input.ReadLine()).TrimEnd('\r');

    private static object Find(PickleMachine machine, string module, string name)
    {
        if (module.Length + name.Length > LongestName || module.Count('.') + name.Count('.') > MostSteps)
            throw new CheckpointFormatException(
                $"a class has a name of more than {LongestName} letters or {MostSteps} dots.");
        return machine.FindNamed(module, name);
    }

    private static void PushNamed(PickleMachine machine)
    {
        var (name, module) = (PicklePlaceholder.Resolve(machine.Pop()), PicklePlaceholder.Resolve(machine.Pop()));
        if (name is not string nameText || module is not string moduleText)
            throw new CheckpointFormatException("a class should be named by two texts.");
        machine.Push(Find(machine, moduleText, nameText));
    }

    private static void Reduce(PickleMachine machine)
    {
        var arguments = Tuple(machine.Pop());
        machine.Push(machine.Call(machine.Pop(), arguments));
    }

    private static void ReduceWithKeywords(PickleMachine machine)
    {
        if (machine.Pop() is not PyTorchDict keywords)
            throw new CheckpointFormatException("keyword arguments should be a dictionary.");
        var arguments = Tuple(machine.Pop());
        var type = machine.Pop();
        if (keywords.Count > 0 && PickleGetattr.Class.Equals(type))
            throw PickleGetattr.Refuse();
        machine.Push(keywords.Count > 0
            ? machine.CallUnknown(type, [.. arguments, keywords])
            : machine.Call(type, arguments));
    }

    private static void Instantiate(PickleMachine machine)
    {
        var type = ReadName(machine);
        machine.Push(machine.Call(type, machine.PopToMark()));
    }

    private static void InstantiateOnStack(PickleMachine machine)
    {
        var items = machine.PopToMark();
        if (items.Length == 0)
            throw new CheckpointFormatException("there is no class on the stack.");
        machine.Push(machine.Call(items[0], items[1..]));
    }

    private static void Build(PickleMachine machine)
    {
        var state = machine.Pop();
        switch (machine.Peek())
        {
            case PyTorchRecord record:
                machine.Change(record);
                record.State = state;
                break;
            case PickleArray array:
                array.Fill(machine, state);
                machine.Pop();
                machine.Push(array.Resolve());
                break;

            // Of PyTorch up to 0.3: (requires_grad, volatile, hooks).
            case PyTorchTensor variable when state is object?[] and [bool requiresGrad, ..]:
                variable.RequiresGrad = requiresGrad;
                break;

            // Attributes that were added to a plain object, such as a state dict's _metadata.
            case PyTorchDict or List<object?> or HashSet<object?> or object?[] or PyTorchTensor or PyTorchClass:
                machine.Context.Guard.CheckArguments([state], alsoMethods: machine.Peek() is PyTorchClass);
                break;
            case var other:
                throw new CheckpointFormatException($"{PickleCall.Describe(other)} can't be given a state.");
        }
    }

    private static object?[] Tuple(object? arguments) => arguments as object?[]
        ?? throw new CheckpointFormatException($"arguments should be a tuple, not {PickleCall.Describe(arguments)}.");

    private static void RefuseExtension(PickleMachine machine) =>
        throw new CheckpointFormatException(
            "it names a class by a number of Python's extension registry, which only its writer knows.");
}
