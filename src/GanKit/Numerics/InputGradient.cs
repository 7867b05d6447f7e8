using static TorchSharp.torch;

namespace GanKit;

/// <summary>
/// The gradient of a number in a tensor, to the last bit that of <c>autograd.grad</c>, through which TorchSharp lets libtorch's
/// exceptions end the process. Here they are exceptions of .NET.
/// </summary>
internal static class InputGradient
{
    /// <summary>Computes it.</summary>
    /// <param name="output">A scalar with a graph.</param>
    /// <param name="input">A leaf that requires gradients.</param>
    /// <param name="differentiable">Whether the gradient has a graph of its own.</param>
    /// <returns>The gradient, in the current dispose scope; null where the output does not depend on the input.</returns>
    /// <exception cref="System.Runtime.InteropServices.ExternalException">libtorch can't compute it.</exception>
    internal static Tensor? Of(Tensor output, Tensor input, bool differentiable) => TensorScript.IsAvailable
        ? TensorScript.Invoke("gradient", output, input, differentiable)
        : ByBackward(output, input, differentiable);

    /// <summary>
    /// The same where TorchScript is not used. libtorch then warns once of a cycle from the input over its gradient and the
    /// graph back to it, which is cut here.
    /// </summary>
    internal static Tensor? ByBackward(Tensor output, Tensor input, bool differentiable)
    {
        autograd.backward([output], retain_graph: differentiable, create_graph: differentiable, inputs: [input]);
        var gradient = input.grad;
        input.grad = null;
        return gradient;
    }
}
