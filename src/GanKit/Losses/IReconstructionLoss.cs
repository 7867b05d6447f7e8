using static TorchSharp.torch;

namespace GanKit;

/// <summary>Says how far an output is from the target that is known for it.</summary>
/// <remarks>
/// Losses average over every element. Implementations are immutable and thread safe.
/// <para>Ready-made ones are in <see cref="ReconstructionLoss"/>.</para>
/// </remarks>
public interface IReconstructionLoss
{
    /// <summary>Computes the loss; its gradient reaches both arguments.</summary>
    /// <param name="output">A network's output, of any shape.</param>
    /// <param name="target">Its target, of the same shape: nothing is broadcast.</param>
    /// <returns>A scalar tensor.</returns>
    /// <exception cref="ArgumentException">The shapes differ, or are empty.</exception>
    Tensor Loss(Tensor output, Tensor target);
}
