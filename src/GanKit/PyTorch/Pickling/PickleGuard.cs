namespace GanKit;

/// <summary>
/// Refuses pickles that would have Python call something of <see cref="ForbiddenNames"/>. Such a name may be kept, as
/// any value: it may not be called, nor be handed to a call, nor be put where a later opcode would call it.
/// </summary>
/// <remarks>
/// As long as a pickle names nothing of the kind, which is always with honest ones, this costs nothing. Then all that is
/// handed to a call is walked through. Python's objects may have changed meanwhile: so nothing may be overwritten any more,
/// which honest pickles never do, and what a walk finds is all that there was.
/// </remarks>
internal sealed class PickleGuard(PickleBudget budget)
{
    // These keep what they are given and call nothing of it; getattr is seen to by itself.
    private static readonly HashSet<string> Keepers =
    [
        "builtins.set", "builtins.frozenset", "builtins.list", "builtins.tuple", "builtins.dict", "builtins.getattr",
        "collections.OrderedDict", "collections.Counter", "copyreg.__newobj__", "copyreg.__newobj_ex__",
        "copyreg._reconstructor",
    ];

    private static readonly PyTorchClass Partial = new("functools", "partial");

    // Each name of a file is one object, however often it is called.
    private readonly Dictionary<PyTorchClass, string?> _reasons = new(ReferenceEqualityComparer.Instance);
    private PyTorchClass? _forbidden;
    private bool _isRewritten;

    /// <summary>Takes note of a name in the file.</summary>
    internal void See(PyTorchClass named)
    {
        if (_forbidden is not null || ForbiddenNames.ReasonAgainst(named) is null)
            return;
        _forbidden = named;
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
            CheckArguments([callee], alsoMethods: true);
        }

        if (_forbidden is null)
            return;
        if (function is PyTorchClass named && named != PickleGetattr.Class
            && ReasonAgainst(named) is { } reason)
            throw ForbiddenNames.Refuse(named, reason);
        if (Partial.Equals(function))
            CheckArguments([.. arguments.OfType<PyTorchClass>()]); // an object whose method it keeps may have anything
        else if (function is not PyTorchClass known || !Keepers.Contains(known.FullName))
            CheckArguments(arguments);
    }

    /// <summary>Checks what is handed to a call, or to an object that may have a method for it.</summary>
    /// <exception cref="CheckpointFormatException">There is a forbidden name in it.</exception>
    internal void CheckArguments(object?[] arguments, bool alsoMethods = false)
    {
        if (_forbidden is null)
            return;
        var visited = new HashSet<object>(ReferenceEqualityComparer.Instance);
        var waiting = new Stack<object?>(arguments);
        while (waiting.TryPop(out var value))
        {
            budget.Copy(1);
            if (value is PickleArray { IsFilled: true } array)
                value = array.Resolve();
            if (value is PyTorchClass named && ReasonAgainst(named) is { } reason)
                throw ForbiddenNames.Refuse(named, reason);
            if (alsoMethods && value is PyTorchRecord record && PickleGetattr.IsMethod(record))
                throw PickleGetattr.Refuse();
            if (!ValueTree.IsContainer(value) || !visited.Add(value!))
                continue;
            foreach (var child in ValueTree.Children(value))
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
    }
}
