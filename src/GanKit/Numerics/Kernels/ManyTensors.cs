using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace GanKit;

/// <summary>Simple operations on many tensors in one call, to the last bit what they are tensor by tensor.</summary>
internal static class ManyTensors
{
    /// <summary>Moves each tensor towards its end: target += weight (end - target).</summary>
    internal static void Lerp(Tensor[] targets, Tensor[] ends, double weight)
    {
        if (targets.Length > 0 && TensorScript.IsAvailable)
        {
            TensorScript.Invoke("lerp_", targets, ends, weight);
            return;
        }

        using Scalar part = weight;
        foreach (var (target, end) in targets.Zip(ends))
            target.lerp_(end, part);
    }

    /// <summary>Copies each tensor into its target.</summary>
    internal static void Copy(Tensor[] targets, Tensor[] sources)
    {
        if (targets.Length > 0 && TensorScript.IsAvailable)
        {
            TensorScript.Invoke("copy_", targets, sources);
            return;
        }

        foreach (var (target, source) in targets.Zip(sources))
            target.copy_(source);
    }

    /// <summary>The 2-norm of all tensors together, at least one, left on the device.</summary>
    internal static Tensor Norm(Tensor[] tensors) => TensorScript.IsAvailable
        ? TensorScript.Invoke("norm", [tensors])!
        : stack(tensors.Select(tensor => tensor.norm())).norm();

    /// <summary>The 2-norm of each tensor, at least one, in one tensor of float32 on their device: finite only where all numbers of it are.</summary>
    internal static Tensor Norms(Tensor[] tensors) => TensorScript.IsAvailable
        ? TensorScript.Invoke("norms", [tensors])!
        : stack(tensors.Select(tensor => tensor.norm().to_type(ScalarType.Float32)));

    /// <summary>Multiplies all tensors by a number on the device.</summary>
    internal static void Multiply(Tensor[] tensors, Tensor factor)
    {
        if (TensorScript.IsAvailable)
        {
            TensorScript.Invoke("mul_", tensors, factor);
            return;
        }

        foreach (var tensor in tensors)
            tensor.mul_(factor);
    }
}

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
