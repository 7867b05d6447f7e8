using TorchSharp.Modules;
using static TorchSharp.torch;

namespace GanKit.Checkpoints;

/// <summary>A tensor that an optimiser keeps for each parameter, such as <c>exp_avg</c>, under PyTorch's name.</summary>
/// <param name="Name">PyTorch's name for it.</param>
/// <param name="Field">Where TorchSharp has it.</param>
/// <param name="IsUsed">Whether these options make use of it. PyTorch keeps none otherwise.</param>
/// <param name="IsOptional">Whether TorchSharp has null where it is not used; it has zeros otherwise.</param>
/// <param name="IsLate">Whether it may be missing although it is used: it is made in the first step.</param>
/// <param name="IsNegated">Whether, with these options, TorchSharp keeps the negative of what PyTorch keeps.</param>
internal sealed record OptimizerSlot<TState, TOptions>(
    string Name, FieldOf<TState, Tensor?> Field, Func<TOptions, bool> IsUsed, bool IsOptional = false, bool IsLate = false,
    Func<TOptions, bool>? IsNegated = null)
    where TState : OptimizerState
    where TOptions : OptimizerOptions;
