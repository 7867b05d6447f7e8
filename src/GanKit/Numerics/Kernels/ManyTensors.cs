using TorchSharp;
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
