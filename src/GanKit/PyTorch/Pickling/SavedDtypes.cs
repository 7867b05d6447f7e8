namespace GanKit;

/// <summary>How the types of elements are named in files.</summary>
internal static class SavedDtypes
{
    private static readonly Dictionary<string, string> StorageNames = new()
    {
        ["float32"] = "FloatStorage",
        ["float64"] = "DoubleStorage",
        ["float16"] = "HalfStorage",
        ["bfloat16"] = "BFloat16Storage",
        ["uint8"] = "ByteStorage",
        ["int8"] = "CharStorage",
        ["int16"] = "ShortStorage",
        ["int32"] = "IntStorage",
        ["int64"] = "LongStorage",
        ["bool"] = "BoolStorage",
        ["complex64"] = "ComplexFloatStorage",
        ["complex128"] = "ComplexDoubleStorage",
    };

    /// <summary>The class of storages of that type, or null for types that came when PyTorch made no more such classes.</summary>
    internal static string? StorageName(PyTorchDtype dtype) => StorageNames.GetValueOrDefault(dtype.Name);

    /// <summary>Whether a plain tensor can be of that type. Those of quantised types have scales beside their elements.</summary>
    internal static bool CanBeSaved(PyTorchDtype dtype) => !dtype.Name.StartsWith('q');
}
