using static TorchSharp.torch;

namespace GanKit;

/// <summary>One named part of a loss.</summary>
/// <param name="Name">The name in the log, for example <c>adversarial</c> or <c>l1</c>.</param>
/// <param name="Value">A scalar tensor, before weighting.</param>
/// <param name="Weight">Its factor in the total.</param>
public readonly record struct LossTerm(string Name, Tensor Value, double Weight);
