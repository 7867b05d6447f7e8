using System.Buffers.Binary;
using System.Numerics;

namespace GanKit.Checkpoints;

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
