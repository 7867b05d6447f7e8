using System.Buffers.Binary;
using System.Numerics;

namespace GanKit.Checkpoints;

/// <summary>A NumPy array between its creation, which says nothing of it, and the state that says all.</summary>
/// <param name="origin">The call that created it.</param>
internal sealed class PickleArray(PyTorchRecord origin) : PicklePlaceholder
{
    private object? _value;

    internal bool IsFilled => _value is not null;

    internal override object Resolve() =>
        _value ?? throw new CheckpointFormatException("a NumPy array is used before it has content.");

    /// <summary>
    /// Takes (version, shape, dtype, whether the first index runs fastest, bytes); the oldest have no version.
    /// </summary>
    internal void Fill(PickleMachine machine, object? state)
    {
        if (state is not object?[] { Length: 4 or 5 } parts)
        {
            throw new CheckpointFormatException(
                $"a NumPy array's state should be a tuple of five, not {PickleCall.Describe(state)}.");
        }

        var call = new PickleCall(machine, origin.Class, parts.Length == 5 ? parts[1..] : parts);
        if (NumpyDtype.Of(call[1]) is { } dtype)
        {
            _value = Describe(machine, call.Bytes(3), dtype, call.Sizes(0), call.Flag(2));
            return;
        }

        // Texts, objects and structures are no tensors.
        origin.State = state;
        _value = origin;
    }

    internal static PyTorchTensor Describe(
        PickleMachine machine, StorageData bytes, NumpyDtype dtype, long[] shape, bool isFortran)
    {
        // Each array has memory of its own, so many of the same bytes are more than the file.
        machine.Budget.Copy(bytes.Length);
        return new(dtype.InOrder(bytes), dtype.Dtype, shape, isFortran ? ColumnMajor(shape) : null);
    }

    private static long[] ColumnMajor(long[] shape)
    {
        var strides = new long[shape.Length];
        var stride = 1L;
        for (var i = 0; i < shape.Length; i++)
        {
            strides[i] = stride;
            stride = unchecked(stride * Math.Max(shape[i], 1));
        }

        return strides;
    }
}

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
    /// The form of a type in a file: a record of <c>numpy.dtype('f4', ...)</c> whose state has the byte order second.
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

/// <summary>NumPy's arrays and scalars. An array becomes a tensor, a scalar becomes a number.</summary>
internal static class NumpyFunctions
{
    internal static IEnumerable<(string Name, Func<PickleCall, object?> Function)> Functions =>
    [
        .. Both("multiarray._reconstruct", call => new PickleArray(call.ToRecord())),
        .. Both("multiarray.scalar", MakeScalar),
        .. Both("numeric._frombuffer", MakeFromBuffer),
    ];

    private static (string Name, Func<PickleCall, object?> Function)[] Both(
        string name, Func<PickleCall, object?> function) =>
        [($"numpy.core.{name}", function), ($"numpy._core.{name}", function)];

    /// <summary>Of (bytes, dtype, shape, order), as protocol 5 writes arrays.</summary>
    private static object? MakeFromBuffer(PickleCall call) => NumpyDtype.Of(call[1]) is { } dtype
        ? PickleArray.Describe(call.Machine, call.Bytes(0), dtype, call.Sizes(2), isFortran: call[3] is "F")
        : call.ToRecord();

    private static object? MakeScalar(PickleCall call)
    {
        if (NumpyDtype.Of(call[0]) is not { } dtype || call.Count < 2)
            return call.ToRecord();
        var data = call.Bytes(1);
        if (data.Length != dtype.Dtype.ElementSize)
            throw call.Wrong(1, $"{dtype.Dtype.ElementSize} bytes");
        var bytes = dtype.InOrder(data).ToArray();
        return dtype.Dtype.Name switch
        {
            "bool" => bytes[0] != 0,
            "uint8" => (long)bytes[0],
            "int8" => (long)(sbyte)bytes[0],
            "int16" => (long)BinaryPrimitives.ReadInt16LittleEndian(bytes),
            "uint16" => (long)BinaryPrimitives.ReadUInt16LittleEndian(bytes),
            "int32" => (long)BinaryPrimitives.ReadInt32LittleEndian(bytes),
            "uint32" => (long)BinaryPrimitives.ReadUInt32LittleEndian(bytes),
            "int64" => BinaryPrimitives.ReadInt64LittleEndian(bytes),
            "uint64" => NumberOpcodes.Narrow(BinaryPrimitives.ReadUInt64LittleEndian(bytes)),
            "float16" => (double)BinaryPrimitives.ReadHalfLittleEndian(bytes),
            "float32" => (double)BinaryPrimitives.ReadSingleLittleEndian(bytes),
            "float64" => BinaryPrimitives.ReadDoubleLittleEndian(bytes),
            "complex64" => new Complex(
                BinaryPrimitives.ReadSingleLittleEndian(bytes), BinaryPrimitives.ReadSingleLittleEndian(bytes.AsSpan(4))),
            "complex128" => new Complex(
                BinaryPrimitives.ReadDoubleLittleEndian(bytes), BinaryPrimitives.ReadDoubleLittleEndian(bytes.AsSpan(8))),
            _ => call.ToRecord(),
        };
    }
}
