namespace GanKit.Checkpoints;

/// <summary>
/// Refuses pickles that would have Python call something of <see cref="ForbiddenNames"/>. Such a name may be kept, as
/// any value: it may not be called, nor be handed to a call, nor be put where a later opcode would call it.
/// </summary>
/// <remarks>
/// As long as a pickle names nothing of the kind and holds no method of an object, this costs nothing. Then all that is
/// handed to a call is walked through, at the call and once more at the end: a list may have grown meanwhile, and Python's
/// iterators compute late. Nothing may be overwritten any more, which valid pickles never do, so that the end shows all.
/// A method may be kept as an object's state, as schedules keep theirs, and goes into no call.
/// </remarks>
internal sealed class PickleGuard(PickleBudget budget)
{
    // These keep their arguments and call none of them; getattr is checked separately.
    private static readonly HashSet<string> Keepers =
    [
        "builtins.set", "builtins.frozenset", "builtins.list", "builtins.tuple", "builtins.dict", "builtins.getattr",
        "collections.OrderedDict", "collections.Counter", "copyreg.__newobj__", "copyreg.__newobj_ex__",
        "copyreg._reconstructor",
    ];

    private static readonly PyTorchClass Partial = new("functools", "partial");

    // Each name of a file is one object, however often it is called.
    private readonly Dictionary<PyTorchClass, string?> _reasons = new(ReferenceEqualityComparer.Instance);
    private readonly List<object?> _given = []; // arguments of calls that keep more than Python's containers do
    private PyTorchClass? _forbidden;
    private bool _hasMethods;
    private bool _isRewritten;

    /// <summary>Takes note of a name in the file.</summary>
    internal void See(PyTorchClass named)
    {
        if (_forbidden is not null || ForbiddenNames.ReasonAgainst(named) is null)
            return;
        _forbidden = named;
        RefuseWhatIsRewritten();
    }

    /// <summary>Takes note that getattr gave a method of an object.</summary>
    internal void SeeMethod()
    {
        _hasMethods = true;
        RefuseWhatIsRewritten();
    }

    /// <summary>Takes note that a value took another's place, or that an object changed after it was finished.</summary>
    internal void SeeRewriting()
    {
        _isRewritten = true;
        RefuseWhatIsRewritten();
    }

    /// <summary>Checks what is called, and what it is called with.</summary>
    /// <exception cref="CheckpointFormatException">The call is refused.</exception>
    internal void CheckCall(object? function, object?[] arguments)
    {
        if (function is PyTorchRecord callee)
        {
            if (PickleGetattr.IsMethod(callee))
                throw PickleGetattr.Refuse();
            CheckArguments([callee]);
        }

        if (function is PyTorchClass named && named != PickleGetattr.Class && _forbidden is not null
            && ReasonAgainst(named) is { } reason)
            throw ForbiddenNames.Refuse(named, reason);
        if (Partial.Equals(function))
            CheckArguments([.. arguments.OfType<PyTorchClass>()]); // an object whose method it keeps may have anything
        else if (!IsKeeper(function))
            CheckArguments(arguments);
    }

    /// <summary>Takes note of a call that Python may carry out later, with what its arguments hold then.</summary>
    internal void Remember(object? function, object?[] arguments)
    {
        if (arguments.Length > 0 && !IsKeeper(function) && !Partial.Equals(function))
            _given.Add(arguments);
    }

    /// <summary>Checks all calls once more, at the end of a pickle.</summary>
    /// <exception cref="CheckpointFormatException">A call is refused.</exception>
    internal void Finish() => CheckArguments([.. _given]);

    /// <summary>Checks what is handed to a call, or to an object that may have a method for it.</summary>
    /// <exception cref="CheckpointFormatException">There is a forbidden name in it, or a method.</exception>
    internal void CheckArguments(object?[] arguments, bool alsoMethods = true)
    {
        if (_forbidden is not null)
        {
            Walk(arguments, ValueTree.Children, value =>
            {
                if (value is PyTorchClass named && ReasonAgainst(named) is { } reason)
                    throw ForbiddenNames.Refuse(named, reason);
            });
        }

        if (alsoMethods && _hasMethods)
        {
            Walk(arguments, WithoutState, value =>
            {
                if (value is PyTorchRecord record && PickleGetattr.IsMethod(record))
                    throw PickleGetattr.Refuse();
            });
        }

        static IEnumerable<object?> WithoutState(object? value) => value is PyTorchRecord record && record.Class != Partial
            ? record.Arguments.Concat(record.Items).Concat(ValueTree.Children(record.Entries))
            : ValueTree.Children(value);
    }

    private static bool IsKeeper(object? function) => function is PyTorchClass known && Keepers.Contains(known.FullName);

    private void Walk(object?[] roots, Func<object?, IEnumerable<object?>> children, Action<object?> check)
    {
        var visited = new HashSet<object>(ReferenceEqualityComparer.Instance);
        var waiting = new Stack<object?>(roots);
        while (waiting.TryPop(out var value))
        {
            budget.Copy(1);
            if (value is PickleArray { IsFilled: true } array)
                value = array.Resolve();
            check(value);
            if (!ValueTree.IsContainer(value) || !visited.Add(value!))
                continue;
            foreach (var child in children(value))
                waiting.Push(child);
        }
    }

    private string? ReasonAgainst(PyTorchClass named)
    {
        if (!_reasons.TryGetValue(named, out var reason))
            _reasons.Add(named, reason = ForbiddenNames.ReasonAgainst(named));
        return reason;
    }

    private void RefuseWhatIsRewritten()
    {
        if (_isRewritten && _forbidden is not null)
            throw ForbiddenNames.Refuse(_forbidden, ForbiddenNames.ReasonAgainst(_forbidden)!);
        if (_isRewritten && _hasMethods)
            throw PickleGetattr.Refuse();
    }
}
