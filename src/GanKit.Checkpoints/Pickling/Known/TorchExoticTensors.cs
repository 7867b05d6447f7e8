namespace GanKit.Checkpoints;

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
