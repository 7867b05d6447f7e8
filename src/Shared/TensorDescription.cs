using static TorchSharp.torch;

#if CHECKPOINTS
namespace GanKit.Checkpoints;
#else
namespace GanKit;
#endif

internal static partial class TensorExtensions
{
    /// <summary>A shape as text: <c>(64, 3, 32, 32)</c>.</summary>
    internal static string Describe(this Tensor tensor) => DescribeShape(tensor.shape);

    /// <inheritdoc cref="Describe"/>
    internal static string DescribeShape(ReadOnlySpan<long> shape) => $"({string.Join(", ", shape.ToArray())})";
}
