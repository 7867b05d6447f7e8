namespace GanKit;

/// <summary>The functions by which tensors and parameters are rebuilt from storages.</summary>
internal static class TorchTensors
{
    internal static IEnumerable<(string Name, Func<PickleCall, object?> Function)> Functions =>
    [
        ("torch._utils._rebuild_tensor", call => View(call, call.Tensor(0).Dtype)),
        ("torch._utils._rebuild_tensor_v2", call => View(call, call.Tensor(0).Dtype, requiresGrad: call.Flag(4), metadata: 6)),
        ("torch._utils._rebuild_tensor_v3", call => View(call, call.Dtype(6), requiresGrad: call.Flag(4), metadata: 7)),
        ("torch._utils._rebuild_parameter", MakeParameter),
        ("torch._utils._rebuild_parameter_with_state", MakeParameter),
        ("torch.nn.parameter.Parameter", MakeParameter),
        ("torch.nn.parameter.Buffer", MakeTensor),
        ("torch.autograd.variable.Variable", MakeTensor),
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
        var bits = metadata is { } index ? call[index] as PyTorchDict : null;
        if (bits is not null && (bits.GetValueOrDefault("conj") is true || bits.GetValueOrDefault("neg") is true))
            unreadable = "its numbers are still to be conjugated or negated; save resolve_conj() or resolve_neg() of it";
        var offset = call.Integer(1);
        if (offset < 0 || offset > long.MaxValue - storage.Offset)
            throw call.Wrong(1, "an offset within the storage");
        return new PyTorchTensor(storage.Storage, dtype, call.Sizes(2), call.Sizes(3), storage.Offset + offset)
        {
            RequiresGrad = requiresGrad,
            SavedOn = storage.SavedOn,
            Unreadable = unreadable,
        };
    }

    private static object? MakeTensor(PickleCall call) => call[0] as PyTorchTensor ?? (object)call.ToRecord();

    /// <summary>Of (tensor, requires_grad, ...); requires_grad is true unless said otherwise.</summary>
    private static object? MakeParameter(PickleCall call) => call[0] is not PyTorchTensor data
        ? call.ToRecord()
        : new PyTorchTensor(data.Storage, data.Dtype, [.. data.Shape], [.. data.Strides], data.Offset)
        {
            IsParameter = true,
            RequiresGrad = call.Count < 2 || call.Flag(1),
            SavedOn = data.SavedOn,
            Unreadable = data.Unreadable,
        };

    /// <summary>Of (function, type, arguments, attributes): a tensor of a class of somebody's own. It is a tensor here.</summary>
    private static object? RebuildFromType(PickleCall call)
    {
        var rebuilt = call.Machine.Call(call.Class(0), call.Tuple(2));
        return rebuilt is PyTorchTensor { IsParameter: false } data && call.Class(1) is { Module: "torch.nn.parameter", Name: "Parameter" }
            ? new PyTorchTensor(data.Storage, data.Dtype, [.. data.Shape], [.. data.Strides], data.Offset)
            {
                IsParameter = true,
                RequiresGrad = data.RequiresGrad,
                SavedOn = data.SavedOn,
                Unreadable = data.Unreadable,
            }
            : rebuilt;
    }
}
