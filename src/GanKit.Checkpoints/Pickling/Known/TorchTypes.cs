namespace GanKit.Checkpoints;

/// <summary>PyTorch's small types: dtypes, storage classes, devices, sizes, layouts.</summary>
internal static class TorchTypes
{
    private static readonly Dictionary<string, string> Aliases = new()
    {
        ["float"] = "float32",
        ["double"] = "float64",
        ["half"] = "float16",
        ["long"] = "int64",
        ["int"] = "int32",
        ["short"] = "int16",
        ["cfloat"] = "complex64",
        ["cdouble"] = "complex128",
        ["chalf"] = "complex32",
    };

    private static readonly Dictionary<string, string> StorageClasses = new()
    {
        ["FloatStorage"] = "float32",
        ["DoubleStorage"] = "float64",
        ["HalfStorage"] = "float16",
        ["BFloat16Storage"] = "bfloat16",
        ["LongStorage"] = "int64",
        ["IntStorage"] = "int32",
        ["ShortStorage"] = "int16",
        ["CharStorage"] = "int8",
        ["ByteStorage"] = "uint8",
        ["BoolStorage"] = "bool",
        ["ComplexFloatStorage"] = "complex64",
        ["ComplexDoubleStorage"] = "complex128",
        ["QInt8Storage"] = "qint8",
        ["QUInt8Storage"] = "quint8",
        ["QInt32Storage"] = "qint32",
        ["QUInt4x2Storage"] = "quint4x2",
        ["QUInt2x4Storage"] = "quint2x4",
        ["UntypedStorage"] = "uint8",
        ["_UntypedStorage"] = "uint8",
    };

    internal static IEnumerable<(string Name, Func<PickleCall, object?> Function)> Functions =>
    [
        ("torch.Size", call => call.Sizes(0)),
        ("torch.device", MakeDevice),
        ("torch.serialization._get_layout", MakeLayout),
    ];

    /// <summary>The dtype that Python reaches as <c>torch.name</c>, or null.</summary>
    internal static PyTorchDtype? FindDtype(string name) => PyTorchDtype.Find(Aliases.GetValueOrDefault(name, name));

    /// <summary>The dtype of a class of storages; storages without type are bytes.</summary>
    /// <exception cref="CheckpointFormatException">It is no class of storages.</exception>
    internal static PyTorchDtype DtypeOfStorage(object? type) =>
        type is PyTorchClass { Module: "torch" or "torch.cuda" or "torch.storage" } known
        && StorageClasses.TryGetValue(known.Name, out var name)
            ? PyTorchDtype.Find(name)!
            : throw new CheckpointFormatException($"{PickleCall.Describe(type)} should be a class of storages.");

    /// <summary>
    /// The class of storages of a dtype, or null for those that came when PyTorch made no more such classes.
    /// </summary>
    internal static string? StorageOf(PyTorchDtype dtype) =>
        StorageClasses.FirstOrDefault(entry => entry.Value == dtype.Name).Key;

    private static PyTorchDevice MakeDevice(PickleCall call) =>
        new PyTorchDevice(call.Count > 1 ? $"{call.Text(0)}:{call.Integer(1)}" : call.Text(0));

    private static PyTorchClass MakeLayout(PickleCall call) => call.Text(0).Split('.') is ["torch", var name]
        ? new PyTorchClass("torch", name)
        : throw call.Wrong(0, "a layout such as torch.strided");
}
