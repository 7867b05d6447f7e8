namespace GanKit.Checkpoints;

/// <summary>
/// <c>builtins.getattr</c>, by which Python names members of enumerations, classes within classes and methods of objects.
/// It gives a record of what it was asked for; what that leads to is never called here, and only a class may stand where
/// Python would call it.
/// </summary>
internal static class PickleGetattr
{
    private const int LongestName = 100;

    internal static PyTorchClass Class { get; } = new("builtins", "getattr");

    internal static CheckpointFormatException Refuse() => ForbiddenNames.Refuse(Class, ForbiddenNames.FunctionOfPython);

    /// <summary>Of (anything, name).</summary>
    internal static PyTorchRecord Call(PickleCall call)
    {
        // x.__call__ is x itself.
        if (call.Arguments is not [var owner, string { Length: <= LongestName } name] || name.Contains('.')
            || (name.StartsWith("__", StringComparison.Ordinal) && name != "__call__"))
            throw Refuse();
        var record = call.ToRecord();
        if (IsMethod(record))
            call.Machine.Context.Guard.SeeMethod();
        if (PathOf(record) is not { } path)
            return record;
        call.Machine.Budget.Copy(path.FullName.Length * (1L + path.Name.Count('.'))); // that often it is looked up
        return ForbiddenNames.ReasonAgainst(path) is { } reason ? throw ForbiddenNames.Refuse(path, reason) : record;
    }

    /// <summary>Whether it stands for something that getattr gave.</summary>
    internal static bool IsResult(PyTorchRecord record) => record.Class == Class && record.Arguments.Count == 2;

    /// <summary>Whether it stands for what belongs to an object, and not to a class.</summary>
    internal static bool IsMethod(PyTorchRecord record) => IsResult(record) && Root(record) is not PyTorchClass;

    /// <summary>The class or function that it gave, under its name; null for what belongs to an object.</summary>
    internal static PyTorchClass? ClassOf(PyTorchRecord record) => Root(record) is PyTorchClass ? PathOf(record) : null;

    /// <summary>The name of what was reached: that of the class, or of the object's class, and all steps from there.</summary>
    private static PyTorchClass? PathOf(PyTorchRecord record)
    {
        var type = Root(record) switch
        {
            PyTorchClass named => named,
            PyTorchRecord instance => instance.Class,
            _ => null,
        };
        if (type is null)
            return null;
        var steps = Chain(record).Select(step => (string)step.Arguments[1]!).Where(name => name != "__call__").Reverse();
        return type with { Name = string.Join('.', steps.Prepend(type.Name)) };
    }

    private static object? Root(PyTorchRecord record) => Chain(record).Last().Arguments[0];

    private static IEnumerable<PyTorchRecord> Chain(PyTorchRecord record)
    {
        for (var steps = 1; ; steps++)
        {
            if (steps > ObjectOpcodes.MostSteps)
            {
                throw new CheckpointFormatException(
                    $"getattr is called on what getattr gave more than {ObjectOpcodes.MostSteps} times.");
            }

            yield return record;
            if (record.Arguments[0] is not PyTorchRecord inner || !IsResult(inner))
                yield break;
            record = inner;
        }
    }
}
