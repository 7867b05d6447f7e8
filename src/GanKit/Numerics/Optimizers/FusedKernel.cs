using System.Collections.Concurrent;
using System.Runtime.InteropServices;
using TorchSharp;
using static TorchSharp.torch;

namespace GanKit;

/// <summary>A kernel that does an optimiser's whole step for many parameters at once, where libtorch has it.</summary>
internal sealed class FusedKernel
{
    private readonly ConcurrentDictionary<(DeviceType, ScalarType), bool> _supported = new();
    private readonly string _name;
    private readonly Action<Tensor[]> _try;

    private FusedKernel(string name, Action<Tensor[]> @try) => (_name, _try) = (name, @try);

    internal static FusedKernel Adam { get; } = new("Adam", one => Run("adam_", one));

    internal static FusedKernel AdamW { get; } = new("AdamW", one => Run("adamw_", one));

    internal static FusedKernel Sgd { get; } =
        new("SGD", one => TensorScript.Invoke("sgd_", one, one, one, 0.1, 0.9, 0.0, 0.0, false, false, true));

    /// <summary>
    /// Whether it takes parameters of that type on that device: tried once for each, with a tensor of one element.
    /// </summary>
    internal bool Supports(Tensor parameter) =>
        TensorScript.IsAvailable && _supported.GetOrAdd(
            (parameter.device_type, parameter.dtype), (_, of) => Try(of), parameter);

    private static void Run(string function, Tensor[] one) =>
        TensorScript.Invoke(
            function, one, one, one, one, Array.Empty<Tensor>(), 1.0, 0.1, 0.9, 0.9, 0.0, 0.1, false, false);

    private bool Try(Tensor parameter)
    {
        using var scope = NewDisposeScope();
        try
        {
            _try([ones(1, parameter.dtype, parameter.device)]);
            return true;
        }
        catch (ExternalException)
        {
            Notices.Warn(
                $"libtorch has no fused {_name} for {parameter.dtype} on "
                + $"'{parameter.device.type.ToString().ToLowerInvariant()}'",
                TensorScript.TensorByTensor);
            return false;
        }
    }
}
