namespace GanKit.Checkpoints;

/// <summary>NumPy's element types that PyTorch has too, and the order of their bytes.</summary>
/// <param name="Dtype">PyTorch's name for it.</param>
/// <param name="IsBigEndian">Whether the highest byte comes first.</param>
internal sealed record NumpyDtype(PyTorchDtype Dtype, bool IsBigEndian)
{
    private const int LongestCode = 8;

    private static readonly Dictionary<string, string> Codes = new()
    {
        ["b1"] = "bool",
        ["u1"] = "uint8",
        ["u2"] = "uint16",
        ["u4"] = "uint32",
        ["u8"] = "uint64",
        ["i1"] = "int8",
        ["i2"] = "int16",
        ["i4"] = "int32",
        ["i8"] = "int64",
        ["f2"] = "float16",
        ["f4"] = "float32",
        ["f8"] = "float64",
        ["c8"] = "complex64",
        ["c16"] = "complex128",
    };

    /// <summary>
    /// What a file says of a type: a record of <c>numpy.dtype('f4', ...)</c> whose state has the byte order second.
    /// Null for texts, objects, structures and whatever else PyTorch has no tensors of.
    /// </summary>
    internal static NumpyDtype? Of(object? value)
    {
        if (value is not PyTorchRecord { Class: { Module: "numpy", Name: "dtype" } } record
            || record.Arguments is not [string { Length: <= LongestCode } code, ..])
            return null;
        var order = record.State is object?[] { Length: > 1 } state && state[1] is string text ? text : "=";
        if (code is ['<' or '>' or '|' or '=', ..])
            (order, code) = (code[..1], code[1..]);
        return Codes.TryGetValue(code, out var name) ? new(PyTorchDtype.Find(name)!, order == ">") : null;
    }

    /// <summary>The bytes as this machine has them.</summary>
    internal StorageData InOrder(StorageData data) => IsBigEndian ? SwappedData.Of(data, Dtype) : data;
}
