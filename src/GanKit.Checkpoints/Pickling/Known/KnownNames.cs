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

    /// <summary>What a name itself stands for, when it is no class: <c>torch.float32</c>.</summary>
    internal static object? FindValue(PyTorchClass named) =>
        named.Module == "torch" ? TorchTypes.FindDtype(named.Name) : null;

    private static Dictionary<string, Func<PickleCall, object?>> Collect(
        params IEnumerable<(string Name, Func<PickleCall, object?> Function)>[] groups) =>
        groups.SelectMany(group => group).ToDictionary(entry => entry.Name, entry => entry.Function);
}
