namespace GanKit.Checkpoints;

/// <summary>
/// Runs a pickle: a program for a machine with a stack and a memory of values for later use. Python's machine may import
/// and call anything; this one knows some names and keeps all others as records. It does not recurse.
/// </summary>
internal sealed class PickleMachine
{
    private const int DeepestCall = 16;

    private readonly List<object?> _stack = [];
    private readonly Stack<int> _marks = [];
    private readonly Dictionary<long, object?> _memo = new(KeyComparer.Instance);
    private readonly Dictionary<(string Module, string Name), object> _named = [];
    private int _calls;

    private PickleMachine(PickleInput input, PickleContext context) => (Input, Context) = (input, context);

    internal PickleInput Input { get; }

    internal PickleContext Context { get; }

    internal PickleBudget Budget => Context.Budget;

    /// <summary>How many values are memorised.</summary>
    internal int MemoCount => _memo.Count;

    private bool Stopped { get; set; }

    /// <summary>Reads one pickle and stops after it.</summary>
    /// <exception cref="CheckpointFormatException">It is broken or refused; the message says at which byte.</exception>
    internal static object? Load(PickleInput input, PickleContext context)
    {
        var machine = new PickleMachine(input, context);
        return machine.Run();
    }

    internal void Stop() => Stopped = true;

    internal void Push(object? value) => _stack.Add(value);

    internal object? Pop()
    {
        var value = Peek();
        _stack.RemoveAt(_stack.Count - 1);
        return value;
    }

    internal object? Peek() =>
        _stack.Count > Floor ? _stack[^1] : throw new CheckpointFormatException("there is nothing on the stack.");

    internal void Mark() => _marks.Push(_stack.Count);

    /// <summary>Takes everything above the last mark, and the mark.</summary>
    internal object?[] PopToMark()
    {
        if (!_marks.TryPop(out var mark))
            throw new CheckpointFormatException("there is no mark on the stack.");
        var items = _stack.GetRange(mark, _stack.Count - mark).ToArray();
        _stack.RemoveRange(mark, _stack.Count - mark);
        return items;
    }

    /// <summary>POP takes a mark where one is on top.</summary>
    internal void Discard()
    {
        if (_marks.TryPeek(out var mark) && mark == _stack.Count)
            _marks.Pop();
        else
            Pop();
    }

    internal void Memorise(long index)
    {
        Budget.Make(1);
        if (index < 0)
            throw new CheckpointFormatException($"there is no place {index} in the memory.");
        _memo[index] = Peek();
    }

    internal object? Recall(long index) => _memo.TryGetValue(index, out var value)
        ? value is PickleArray { IsFilled: true } array ? array.Resolve() : value
        : throw new CheckpointFormatException($"nothing was put into place {index} of the memory.");

    /// <summary>The value of a name: a type, or a class that is only a name.</summary>
    internal object FindNamed(string module, string name)
    {
        if (_named.TryGetValue((module, name), out var found))
            return found;
        Budget.Copy(module.Length + name.Length); // two texts make a name, and many texts many more
        var (newModule, newName) = Python2Names.Modernise(module, name);
        var named = new PyTorchClass(newModule, newName);
        Context.Guard.See(named);
        found = KnownNames.FindValue(named) ?? named;
        _named.Add((module, name), found);
        return found;
    }

    /// <summary>The result of a call: a value where the function is known, else a record of the call.</summary>
    /// <exception cref="CheckpointFormatException">The call is refused.</exception>
    internal object? Call(object? function, object?[] arguments)
    {
        if (function is not PyTorchClass target || KnownNames.FindFunction(target) is not { } known)
            return CallUnknown(function, arguments);
        Context.Guard.CheckCall(target, arguments);
        if (_calls == DeepestCall)
            throw new CheckpointFormatException($"{target.FullName} is called by way of more than {DeepestCall} others.");
        _calls++;
        var result = known(new PickleCall(this, target, arguments));
        _calls--;
        return result;
    }

    /// <summary>A record of a call, even of a function that is known.</summary>
    /// <exception cref="CheckpointFormatException">The call is refused.</exception>
    internal PyTorchRecord CallUnknown(object? function, object?[] arguments)
    {
        Context.Guard.CheckCall(function, arguments);
        Context.Guard.Remember(function, arguments);
        return function switch
        {
            PyTorchClass target => Record(target, arguments),
            PyTorchRecord member when PickleGetattr.IsResult(member) =>
                Record(Copied(PickleGetattr.ClassOf(member)!), arguments),
            PyTorchRecord callee => Record(callee.Class, [callee, .. arguments]),
            _ => throw new CheckpointFormatException(
                $"{PickleCall.Describe(function)} is called, which is no function."),
        };

        PyTorchClass Copied(PyTorchClass made)
        {
            Budget.Copy(made.FullName.Length);
            return made;
        }
    }

    internal PyTorchRecord Record(PyTorchClass type, object?[] arguments)
    {
        Budget.Make(7);
        Budget.Copy(arguments.Length);
        return new PyTorchRecord(type, arguments);
    }

    /// <summary>An object that is about to be given a state, items or entries; once it has a state, it is finished.</summary>
    internal PyTorchRecord Change(PyTorchRecord record)
    {
        if (PickleGetattr.IsResult(record))
            throw PickleGetattr.Refuse();
        if (record.State is not null)
            Context.Guard.SeeRewriting();
        return record;
    }

    /// <summary>A value as a key of a dictionary or set.</summary>
    internal object? Key(object? value)
    {
        value = PicklePlaceholder.Resolve(value);
        switch (value)
        {
            // Python keeps a text's hash, .NET computes it each time.
            case string text when text.Length > 256:
                Budget.Copy(text.Length);
                break;
            case System.Numerics.BigInteger number:
                Budget.Copy(number.GetByteCount());
                break;
            case List<object?> or PyTorchDict:
                throw new CheckpointFormatException($"{PickleCall.Describe(value)} can't be a key.");
        }

        return value;
    }

    private int Floor => _marks.TryPeek(out var mark) ? mark : 0;

    private object? Run()
    {
        var place = Input.Position;
        var name = "the first opcode";
        try
        {
            while (!Stopped)
            {
                place = Input.Position;
                var code = Input.ReadByte();
                var opcode = OpcodeTable.Find(code)
                    ?? throw new CheckpointFormatException($"0x{code:x2} is no opcode of pickle.");
                name = opcode.Name;
                Budget.Make(1);
                opcode.Run(this);
            }

            Context.Guard.Finish();
            return ValueTree.Finish(Pop());
        }
        catch (CheckpointFormatException error)
        {
            throw new CheckpointFormatException($"{Input.Name}, byte {place} ({name}): {error.Message}", error);
        }
    }
}
