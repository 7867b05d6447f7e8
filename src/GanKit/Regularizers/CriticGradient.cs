using System.Runtime.InteropServices;
using static TorchSharp.torch;

namespace GanKit;

/// <summary>The gradient of a critic in its input, which the penalties on slopes are made of.</summary>
public static class CriticGradient
{
    /// <summary>
    /// <c>∂ ΣD(x) / ∂x</c>. Where the critic looks at each sample by itself, that is each sample's own gradient; with batch
    /// normalisation in it, samples share in one another's.
    /// </summary>
    /// <remarks>
    /// A penalty made of it reaches the critic's weights, unless gradients are off. Prefer it to <c>autograd.grad</c>,
    /// which unlike PyTorch's needs <c>retain_graph: true</c> beside <c>create_graph: true</c>, and ends the process
    /// where there is no gradient or libtorch can't compute it; here that is an exception. An exception in the backward pass of a
    /// <c>SingleTensorFunction</c> of yours still ends the process, as in any backward pass:
    /// no exception of .NET may pass libtorch. Norms of it are best <c>linalg.vector_norm</c>'s: the root of a sum of squares has
    /// an infinite slope at zero.
    /// </remarks>
    /// <param name="critic">The discriminator as a function of samples alone, to logits of any shape.</param>
    /// <param name="samples">Where to take it (B, ...): real samples, generated ones, or points between.</param>
    /// <returns>The gradient (B, D), flattened, in the current dispose scope.</returns>
    /// <exception cref="ArgumentException">The critic returns null, or logits that do not depend on the samples; or it has no
    /// such gradient, for example because it changes in place what its gradient needs.
    /// </exception>
    /// <example>
    /// <code>
    /// CriticGradient.At(critic, fake).square().sum(1).mean() / 2 // R2, as in R2Penalty
    /// </code>
    /// </example>
    public static Tensor At(Func<Tensor, Tensor> critic, Tensor samples)
    {
        ArgumentNullException.ThrowIfNull(critic);
        ArgumentNullException.ThrowIfNull(samples);
        // Outside of training (no_grad) the value is still wanted, but nothing needs to be differentiated again.
        var differentiable = is_grad_enabled();
        using var gradients = enable_grad();
        using var scope = NewDisposeScope();
        // A gradient's gradient gets lost in 16 bits: where networks are made to run in them, the critic is asked in 32.
        if (Precision.Current(samples.device) != Precision.Float32)
            samples = samples.InSinglePrecision();
        using var full = Precision.Float32.Autocast(samples.device);

        var input = samples.detach().requires_grad_(true);
        var logits = critic(input) ?? throw new ArgumentException(
            "The critic returned null instead of logits.", nameof(critic));

        if (!logits.requires_grad)
            throw Detached();
        var gradient = Differentiate(logits.sum(), input, differentiable) ?? throw Detached();
        return gradient.flatten(1).MoveToOuterDisposeScope();  // (B, D)
    }

    /// <summary>
    /// <c>∂ output / ∂ input</c>, which can be differentiated again: for penalties whose input has a graph of its own, as the styles
    /// have in a penalty on the generator's path length.
    /// </summary>
    /// <param name="output">A scalar.</param>
    /// <param name="input">A tensor that it was computed of, with gradients.</param>
    /// <returns>The gradient, of the input's shape, in the current dispose scope.</returns>
    /// <exception cref="ArgumentException">The output does not depend on the input, or libtorch can't compute the gradient.</exception>
    public static Tensor Of(Tensor output, Tensor input)
    {
        ArgumentNullException.ThrowIfNull(output);
        ArgumentNullException.ThrowIfNull(input);
        if (!output.requires_grad || !input.requires_grad)
        {
            throw new ArgumentException(
                $"There is no gradient of {(output.requires_grad ? $"an input {input.Describe()}" : "an output")} that was computed without "
                + "gradients, or detached.", output.requires_grad ? nameof(input) : nameof(output));
        }

        return Differentiate(output, input, differentiable: is_grad_enabled()) ?? throw Detached();
    }

    private static Tensor? Differentiate(Tensor sum, Tensor input, bool differentiable)
    {
        try
        {
            return InputGradient.Of(sum, input, differentiable);
        }
        catch (ExternalException error)
        {
            throw new ArgumentException(
                $"The gradient of the critic in its samples {input.Describe()}, of {input.dtype}, could not be computed: "
                + $"{Guarded.Reason(error)}.", error);
        }
    }

    private static ArgumentException Detached() => new(
        "The critic's logits do not depend on the samples it was given (detached, computed without gradients, or made "
        + "from other samples), so they have no gradient to penalise.",
        "critic");
}
