using TorchSharp;

namespace GanKit.Checkpoints;

/// <summary>
/// The type of a tensor's elements, under PyTorch's name: <c>float32</c>, <c>bfloat16</c>, <c>int64</c>...
/// </summary>
/// <remarks>There is one object a type, so references compare. Files can hold types that TorchSharp has not.</remarks>
public sealed class PyTorchDtype
{
    private static readonly Dictionary<string, PyTorchDtype> ByName = new PyTorchDtype[]
    {
        new("float32", 4, torch.ScalarType.Float32),
        new("float64", 8, torch.ScalarType.Float64),
        new("float16", 2, torch.ScalarType.Float16),
        new("bfloat16", 2, torch.ScalarType.BFloat16),
        new("uint8", 1, torch.ScalarType.Byte),
        new("int8", 1, torch.ScalarType.Int8),
        new("int16", 2, torch.ScalarType.Int16),
        new("int32", 4, torch.ScalarType.Int32),
        new("int64", 8, torch.ScalarType.Int64),
        new("bool", 1, torch.ScalarType.Bool),
        new("complex64", 8, torch.ScalarType.ComplexFloat32),
        new("complex128", 16, torch.ScalarType.ComplexFloat64),
        new("complex32", 4),
        new("uint16", 2), new("uint32", 4), new("uint64", 8),
        new("float8_e4m3fn", 1), new("float8_e5m2", 1), new("float8_e4m3fnuz", 1), new("float8_e5m2fnuz", 1),
        new("float8_e8m0fnu", 1),
        new("qint8", 1), new("quint8", 1), new("qint32", 4), new("quint4x2", 1), new("quint2x4", 1),
    }.ToDictionary(dtype => dtype.Name);

    private PyTorchDtype(string name, int elementSize, torch.ScalarType? scalarType = null) =>
        (Name, ElementSize, ScalarType) = (name, elementSize, scalarType);

    /// <summary>PyTorch's name, without <c>torch.</c></summary>
    public string Name { get; }

    /// <summary>Bytes an element.</summary>
    public int ElementSize { get; }

    /// <summary>
    /// TorchSharp's name, or null where it has no such type: unsigned above 8 bits, 8-bit floats, quantised types,
    /// <c>complex32</c>.
    /// </summary>
    public torch.ScalarType? ScalarType { get; }

    /// <summary>Whether its elements are whole numbers, as those of random states, labels and counts of batches; weights have them only
    /// when quantised.</summary>
    internal bool IsWhole => Name == "bool" || Name.TrimStart('u').StartsWith("int", StringComparison.Ordinal);

    /// <summary><see cref="Name"/>.</summary>
    /// <returns>The name.</returns>
    public override string ToString() => Name;

    /// <summary>
    /// How many bytes elements of these sizes take; null where a size is negative or the product goes beyond 63 bits.
    /// </summary>
    internal long? BytesOf(IEnumerable<long> shape)
    {
        var bytes = (Int128)ElementSize;
        foreach (var size in shape)
        {
            bytes *= size;
            if (size < 0 || bytes > long.MaxValue)
                return null;
        }

        return (long)bytes;
    }

    /// <summary>The type of a name, or null where there is none.</summary>
    internal static PyTorchDtype? Find(string name) => ByName.GetValueOrDefault(name);

    /// <summary>The type that TorchSharp calls <paramref name="type"/>.</summary>
    internal static PyTorchDtype Of(torch.ScalarType type) => ByName.Values.First(dtype => dtype.ScalarType == type);
}
