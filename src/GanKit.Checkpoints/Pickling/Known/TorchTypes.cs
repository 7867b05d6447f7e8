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

/// <summary>Tensors that are described, but whose numbers can't be read; and those that came by way of NumPy.</summary>
internal static class TorchExoticTensors
{
    private const int MostParts = 8;

    internal static IEnumerable<(string Name, Func<PickleCall, object?> Function)> Functions =>
    [
        ("torch._utils._rebuild_qtensor", MakeQuantised),
        ("torch._utils._rebuild_sparse_tensor", MakeSparse),
        ("torch._utils._rebuild_sparse_csr_tensor", MakeSparse),
        ("torch._utils._rebuild_meta_tensor_no_storage", MakeMeta),
        ("torch._utils._rebuild_device_tensor_from_numpy", MakeFromNumpy),
        ("torch._utils._rebuild_device_tensor_from_cpu_tensor", MakeFromNumpy),
        ("torch._utils._rebuild_xla_tensor", MakeFromNumpy),
    ];

    private static PyTorchTensor MakeQuantised(PickleCall call) => TorchTensors.View(
        call, call.Tensor(0).Dtype, requiresGrad: call.Flag(5), unreadable: "it is quantised; save dequantize() of it");

    /// <summary>Of (layout, (..., values, sizes, ...)): indices before the values, one array of them or two.</summary>
    private static object MakeSparse(PickleCall call)
    {
        if (call.Tuple(1) is not { Length: <= MostParts } tuple)
            return call.ToRecord();
        var parts = new PickleCall(call.Machine, call.Function, tuple);
        var indices = Enumerable.Range(0, parts.Count);
        var values = indices.Select(index => parts[index]).OfType<PyTorchTensor>().LastOrDefault();
        var sizes = indices.FirstOrDefault(index => parts[index] is long[] or object?[] or List<object?>, -1);
        return values is not null && sizes >= 0
            ? Describe(values.Dtype, parts.Sizes(sizes), values.RequiresGrad, "it is sparse; save to_dense() of it")
            : call.ToRecord();
    }

    /// <summary>Of (dtype, sizes, strides, requires_grad).</summary>
    private static PyTorchTensor MakeMeta(PickleCall call) =>
        Describe(call.Dtype(0), call.Sizes(1), call.Flag(3), "it was on the meta device, which keeps no numbers");

    /// <summary>
    /// Of (array, dtype, device, requires_grad). The array may be of a wider type than the tensor was, and stays so.
    /// </summary>
    private static PyTorchTensor MakeFromNumpy(PickleCall call)
    {
        var device = call[2] switch { string name => name, PyTorchDevice known => known.Name, _ => null };
        return call.Tensor(0).With(isParameter: false, requiresGrad: call.Flag(3), device);
    }

    private static PyTorchTensor Describe(PyTorchDtype dtype, long[] sizes, bool requiresGrad, string unreadable) =>
        new(NoData.Instance, dtype, sizes) { RequiresGrad = requiresGrad, Unreadable = unreadable };
}
