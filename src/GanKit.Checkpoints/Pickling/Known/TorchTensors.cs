namespace GanKit.Checkpoints;

/// <summary>The functions by which tensors and parameters are rebuilt from storages.</summary>
internal static class TorchTensors
{
    internal static IEnumerable<(string Name, Func<PickleCall, object?> Function)> Functions =>
    [
        ("torch._utils._rebuild_tensor", call => View(call, call.Tensor(0).Dtype)),
        ("torch._utils._rebuild_tensor_v2",
            call => View(call, call.Tensor(0).Dtype, requiresGrad: call.Flag(4), metadata: 6)),
        ("torch._utils._rebuild_tensor_v3", call => View(call, call.Dtype(6), requiresGrad: call.Flag(4), metadata: 7)),
        ("torch._utils._rebuild_parameter", MakeParameter),
        ("torch._utils._rebuild_parameter_with_state", MakeParameter),
        ("torch.nn.parameter.Parameter", MakeParameter),
        ("torch.nn.parameter.Buffer", MakeTensor),
        ("torch.autograd.variable.Variable", MakeVariable),
        ("torch._tensor._rebuild_from_type", RebuildFromType),
        ("torch._tensor._rebuild_from_type_v2", RebuildFromType),
        ("torch.tensor._rebuild_from_type", RebuildFromType),
        ("torch.storage._load_from_bytes", call => NestedTorchFile.Read(call.Bytes(0), call.Machine.Context)),
        ("torch.storage.TypedStorage", MakeTensor),
        ("torch.storage._TypedStorage", MakeTensor),
        ("torch.storage.UntypedStorage", MakeTensor),
    ];

    /// <summary>Of (storage, offset, sizes, strides, ...), counted in elements.</summary>
    internal static PyTorchTensor View(
        PickleCall call, PyTorchDtype dtype, bool requiresGrad = false, int? metadata = null, string? unreadable = null)
    {
        var storage = call.Tensor(0);
        call.Machine.Budget.Make(8);
        var offset = call.Integer(1);
        if (offset < 0 || offset > long.MaxValue - storage.Offset)
            throw call.Wrong(1, "an offset within the storage");
        return new PyTorchTensor(storage.Storage, dtype, call.Sizes(2), call.Sizes(3), storage.Offset + offset)
        {
            RequiresGrad = requiresGrad,
            SavedOn = storage.SavedOn,
            Unreadable = unreadable ?? (storage.Storage is NoData ? storage.Unreadable : null),
            Pending = metadata is { } index && call[index] is PyTorchDict bits
                ? PendingView.Find(bits.GetValueOrDefault("conj") is true, bits.GetValueOrDefault("neg") is true)
                : null,
        };
    }

    private static object? MakeTensor(PickleCall call) => call[0] as PyTorchTensor ?? (object)call.ToRecord();

    /// <summary>Of (tensor, requires_grad, ...); requires_grad is true unless said otherwise.</summary>
    private static object? MakeParameter(PickleCall call) => call[0] is PyTorchTensor data
        ? data.With(isParameter: true, requiresGrad: call.Count < 2 || call.Flag(1))
        : call.ToRecord();

    /// <summary>Of (tensor); what it was comes as a state.</summary>
    private static object? MakeVariable(PickleCall call) => call[0] is PyTorchTensor data
        ? data.With(isParameter: false, requiresGrad: false)
        : call.ToRecord();

    /// <summary>
    /// Of (function, type, arguments, attributes): a tensor of a user's class. It becomes a plain tensor.
    /// </summary>
    private static object? RebuildFromType(PickleCall call)
    {
        var rebuilt = call.Machine.Call(call.Class(0), call.Tuple(2));
        return rebuilt is PyTorchTensor { IsParameter: false } data
            && call.Class(1).FullName == "torch.nn.parameter.Parameter"
            ? data.With(isParameter: true, data.RequiresGrad)
            : rebuilt;
    }
}
