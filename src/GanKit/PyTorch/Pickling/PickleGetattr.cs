namespace GanKit;

/// <summary>
/// <c>builtins.getattr</c>. Python names members of enumerations and classes within classes by it, so it may be called with
/// a class and a plain name, which gives a record; but it opens doors, so in all other places it is refused.
/// </summary>
internal sealed class PickleGetattr : PicklePlaceholder
{
    private static readonly PyTorchClass Class = new("builtins", "getattr");

    private PickleGetattr()
    {
    }

    internal static PickleGetattr Instance { get; } = new();

    internal override object Resolve() => throw ForbiddenNames.Refuse(Class, ForbiddenNames.FunctionOfPython);

    /// <summary>Of (class, name).</summary>
    internal static PyTorchRecord Call(PickleMachine machine, object?[] arguments)
    {
        if (arguments is not [PyTorchClass type, string { Length: <= 100 } name]
            || name.Contains('.') || name.StartsWith("__", StringComparison.Ordinal))
            throw ForbiddenNames.Refuse(Class, ForbiddenNames.FunctionOfPython);
        ForbiddenNames.Check(type.Module, $"{type.Name}.{name}");
        return machine.Record(Class, arguments);
    }
}
