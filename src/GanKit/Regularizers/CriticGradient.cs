using static TorchSharp.torch;

namespace GanKit;

/// <summary>The gradient of a critic in its input, which all penalties are made of.</summary>
internal static class CriticGradient
{
    /// <summary><c>E[||∇D(x)||²] / 2</c>, the mean over the batch.</summary>
    internal static Tensor HalfMeanSquaredNorm(Func<Tensor, Tensor> critic, Tensor samples)
    {
        using var scope = NewDisposeScope();
        var gradient = At(critic, samples);
        return (gradient.square().sum(1).mean() * 0.5).MoveToOuterDisposeScope();
    }

    /// <summary><c>E[(||∇D(x)|| - target)²]</c>, the mean over the batch.</summary>
    internal static Tensor MeanSquaredDistance(Func<Tensor, Tensor> critic, Tensor samples, double target)
    {
        using var scope = NewDisposeScope();
        // Not the root of the sum of squares: its slope at zero is infinite, while this norm's is defined as zero, so
        // a sample on which the critic is flat does not turn every weight into NaN.
        var norm = linalg.vector_norm(At(critic, samples), ord: 2, dims: [1]);
        return (norm - target).square().mean().MoveToOuterDisposeScope();
    }

    /// <summary>
    /// <c>∂ ΣD(x) / ∂x</c>, (B, D). Where the critic looks at each sample by itself, that is each sample's own gradient.
    /// </summary>
    private static Tensor At(Func<Tensor, Tensor> critic, Tensor samples)
    {
        // Outside of training (no_grad) the value is still wanted, but nothing needs to be differentiated again.
        var differentiable = is_grad_enabled();
        using var gradients = enable_grad();
        // A gradient's gradient gets lost in 16 bits: where networks are made to run in them, the critic is asked in 32.
        if (Precision.Current(samples.device) != Precision.Float32)
            samples = samples.InSinglePrecision();
        using var full = Precision.Float32.Autocast(samples.device);

        var input = samples.detach().requires_grad_(true);
        var logits = critic(input) ?? throw new ArgumentException("The critic returned null instead of logits.", nameof(critic));

        // Checked here since libtorch's own complaint about either would end the process: TorchSharp lets the C++
        // exception of this one function escape.
        if (!logits.requires_grad)
            throw Detached();
        var gradient = autograd.grad([logits.sum()], [input], retain_graph: differentiable, create_graph: differentiable, allow_unused: true)[0];
        if (gradient.IsInvalid)
            throw Detached();
        return gradient.flatten(1);  // (B, D)
    }

    private static ArgumentException Detached() => new(
        "The critic's logits do not depend on the samples it was given (detached, computed without gradients, or made from other samples), so they have no gradient to penalise.",
        "critic");
}
