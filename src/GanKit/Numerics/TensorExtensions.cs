using static TorchSharp.torch;

namespace GanKit;

/// <summary>Small helpers on tensors that the whole library shares.</summary>
internal static partial class TensorExtensions
{
    /// <summary>Whether two devices are the same; <c>cuda</c> without an index means <c>cuda:0</c>.</summary>
    internal static bool Matches(this Device a, Device b) =>
        a.type == b.type && (a.type == TorchSharp.DeviceType.CPU || Math.Max(a.index, 0) == Math.Max(b.index, 0));

    /// <summary>
    /// A 16-bit tensor widened to 32 bits, any other as it is: squares and a small epsilon get lost in 16 bits, and the
    /// gradient of <c>sqrt</c> at zero is infinite.
    /// </summary>
    internal static Tensor InSinglePrecision(this Tensor tensor) =>
        tensor.dtype is ScalarType.Float16 or ScalarType.BFloat16 ? tensor.to_type(ScalarType.Float32) : tensor;

    /// <summary>
    /// A copy without a graph that no dispose scope owns. The detached view on the way to it is a handle too, and is freed.
    /// </summary>
    internal static Tensor KeptCopy(this Tensor tensor)
    {
        using var view = tensor.detach();
        return view.clone().DetachFromDisposeScope();
    }

    /// <summary>The type of a network's weights; nothing where there is none of floating point.</summary>
    internal static ScalarType? WeightType(this nn.Module network) => network.FloatingWeight()?.dtype;

    /// <summary>The first weight of floating point, which stands for the others' type and device.</summary>
    internal static Tensor? FloatingWeight(this nn.Module network) =>
        network.parameters().FirstOrDefault(parameter => parameter.is_floating_point());

    /// <summary>Whether a network was disposed. TorchSharp has no such property, but any other access throws then.</summary>
    internal static bool IsDisposed(this nn.Module network)
    {
        try
        {
            _ = network.training;
            return false;
        }
        catch (ObjectDisposedException)
        {
            return true;
        }
    }

    /// <summary>Whether a module is one of TorchScript.</summary>
    internal static bool IsScript(this nn.Module module) => module is jit.ScriptModule;

    /// <summary>A network and all modules in it: each comes before its children.</summary>
    internal static IEnumerable<nn.Module> WithModules(this nn.Module network) => network.modules().Prepend(network);
}
