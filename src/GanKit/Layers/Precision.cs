using static TorchSharp.torch;

namespace GanKit.Layers;

/// <summary>The precision that statistics need.</summary>
internal static class Precision
{
    /// <summary>
    /// A 16-bit tensor widened to 32 bits, any other as it is: squares and a small epsilon get lost in 16 bits, and the
    /// gradient of <c>sqrt</c> at zero is infinite.
    /// </summary>
    internal static Tensor InSinglePrecision(this Tensor tensor) =>
        tensor.dtype is ScalarType.Float16 or ScalarType.BFloat16 ? tensor.to_type(ScalarType.Float32) : tensor;
}
