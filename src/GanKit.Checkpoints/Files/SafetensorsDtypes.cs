using TorchSharp;

namespace GanKit.Checkpoints;

/// <summary>The names of element types in safetensors.</summary>
internal static class SafetensorsDtypes
{
    // In the order of the reference implementation, which writes the tensors of later types first: so all begin aligned.
    // F4, F6_E2M3 and F6_E3M2 are left out. Their elements are parts of bytes, and PyTorch has no such tensors.
    private static readonly OrderedDictionary<string, PyTorchDtype> ByName = new()
    {
        ["BOOL"] = Dtype("bool"),
        ["U8"] = Dtype("uint8"),
        ["I8"] = Dtype("int8"),
        ["F8_E5M2"] = Dtype("float8_e5m2"),
        ["F8_E4M3"] = Dtype("float8_e4m3fn"),
        ["F8_E8M0"] = Dtype("float8_e8m0fnu"),
        ["F8_E4M3FNUZ"] = Dtype("float8_e4m3fnuz"),
        ["F8_E5M2FNUZ"] = Dtype("float8_e5m2fnuz"),
        ["I16"] = Dtype("int16"),
        ["U16"] = Dtype("uint16"),
        ["F16"] = Dtype("float16"),
        ["BF16"] = Dtype("bfloat16"),
        ["I32"] = Dtype("int32"),
        ["U32"] = Dtype("uint32"),
        ["F32"] = Dtype("float32"),
        ["C64"] = Dtype("complex64"),
        ["F64"] = Dtype("float64"),
        ["I64"] = Dtype("int64"),
        ["U64"] = Dtype("uint64"),
    };

    /// <summary>The names, for messages.</summary>
    internal static string Names => string.Join(", ", ByName.Keys);

    /// <summary>The type of a name, or null where it is unknown.</summary>
    internal static PyTorchDtype? Find(string name) => ByName.GetValueOrDefault(name);

    /// <summary>The name of TorchSharp's type, or null where the format has no such type.</summary>
    internal static string? NameOf(torch.ScalarType type) =>
        ByName.FirstOrDefault(entry => entry.Value.ScalarType == type).Key;

    /// <summary>A name's place in the order above.</summary>
    internal static int Rank(string name) => ByName.IndexOf(name);

    private static PyTorchDtype Dtype(string name) => PyTorchDtype.Find(name)!;
}
