using System.Buffers.Binary;
using System.Numerics;
using static TorchSharp.torch;

namespace GanKit.Checkpoints;

/// <summary>Numbers in optimisers' states: Python's, or tensors of one element, depending on PyTorch's version.</summary>
internal static class OptimizerNumbers
{
    /// <summary>The number, or null where it is none.</summary>
    internal static double? ToDouble(object? value) => value switch
    {
        long number => number,
        int number => number,
        double number => number,
        BigInteger number => (double)number,
        PyTorchTensor { ElementCount: 1, Unreadable: null } tensor => ToDouble(tensor),
        Tensor { NumberOfElements: 1 } tensor => ToDouble(tensor),
        _ => null,
    };

    /// <summary>The count, or null where it is none.</summary>
    internal static long? ToCount(object? value) =>
        ToDouble(value) is { } number and >= 0 and < long.MaxValue && double.IsInteger(number) ? (long)number : null;

    /// <summary>A count as PyTorch has kept them since 1.12: a tensor of one float32.</summary>
    internal static PyTorchTensor FromCount(long count)
    {
        var bytes = new byte[sizeof(float)];
        BinaryPrimitives.WriteSingleLittleEndian(bytes, count);
        return new(new MemoryData(bytes), PyTorchDtype.Of(ScalarType.Float32), []);
    }

    private static double ToDouble(PyTorchTensor tensor)
    {
        using var read = tensor.Read();
        return ToDouble(read);
    }

    private static double ToDouble(Tensor tensor)
    {
        using var number = tensor.to(ScalarType.Float64, CPU, copy: true);
        return number.item<double>();
    }
}
