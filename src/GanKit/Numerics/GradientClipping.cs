using TorchSharp.Modules;
using static TorchSharp.torch;

namespace GanKit;

/// <summary>
/// Clipping by global norm without reading the norm back, which TorchSharp's own <c>clip_grad_norm_</c> does.
/// </summary>
internal static class GradientClipping
{
    /// <summary>
    /// Multiplies all gradients by min(1, max / (norm + 1e-6)), with norm the 2-norm of all of them together, as PyTorch's
    /// <c>clip_grad_norm_</c> does. Parameters without a gradient do not count.
    /// </summary>
    internal static void ClipNorm(IReadOnlyList<Parameter> parameters, double maxNorm)
    {
        using var scope = NewDisposeScope();
        using var _ = no_grad();
        var gradients = parameters.Select(parameter => parameter.grad).OfType<Tensor>().ToArray();
        if (gradients.Length == 0)
            return;

        ManyTensors.Multiply(gradients, (maxNorm / (ManyTensors.Norm(gradients) + 1e-6)).clamp(max: 1));
    }
}
