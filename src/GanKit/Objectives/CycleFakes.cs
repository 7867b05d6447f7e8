using static TorchSharp.torch;

namespace GanKit;

/// <summary>The outputs of a cycle's generators for a batch.</summary>
/// <param name="B">G(A): images of A as images of B.</param>
/// <param name="CycledA">F(G(A)), which should be A again.</param>
/// <param name="A">F(B): images of B as images of A.</param>
/// <param name="CycledB">G(F(B)), which should be B again.</param>
public sealed record CycleFakes(Tensor B, Tensor CycledA, Tensor A, Tensor CycledB)
{
    /// <summary>
    /// The generators' outputs for images of their target domains, G(B) and F(A), where one pass made them together with
    /// the rest.
    /// </summary>
    internal (Tensor B, Tensor A)? Identities { get; init; }
}
