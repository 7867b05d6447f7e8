using static TorchSharp.torch;

namespace GanKit.Benchmarks;

/// <summary>One computation to be differentiated.</summary>
/// <param name="State">What both implementations have to begin with alike, in the same order.</param>
/// <param name="Leaves">What the result is differentiated in.</param>
/// <param name="Forward">Computes the result.</param>
internal sealed record Work(IReadOnlyList<Tensor> State, IReadOnlyList<Tensor> Leaves, Func<Tensor> Forward)
{
    /// <summary>
    /// Computes the result and, of its product with the weights given, all gradients; they belong to the current scope.
    /// </summary>
    internal (Tensor Result, Tensor[] Gradients) Differentiate(Tensor weights)
    {
        var result = Forward();
        return (result, [.. autograd.grad([result], [.. Leaves], [weights])]);
    }
}
