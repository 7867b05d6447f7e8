using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace GanKit;

/// <summary>A parameter that has a gradient in this step, and what its optimiser keeps for it.</summary>
internal sealed record FusedEntry<TState>(Parameter Parameter, Tensor Gradient, TState State)
    where TState : OptimizerState
{
    /// <summary>Tensors of one call are of one type and on one device.</summary>
    internal (DeviceType, int, ScalarType) Kind { get; } = (Parameter.device_type, Parameter.device_index, Parameter.dtype);
}
