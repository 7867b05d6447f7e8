using static TorchSharp.torch;

namespace GanKit;

/// <summary>The common part of losses on logits.</summary>
internal static class Logits
{
    /// <summary>
    /// <c>log(1 + exp(x)) = -log σ(-x)</c>, without overflow, and to the last bit in float64 too: at libtorch's
    /// default threshold of 20 the switch to x itself would cost 2e-9.
    /// </summary>
    internal static Tensor Softplus(Tensor logits) => logits.softplus(beta: 1, threshold: 40);

    /// <summary>
    /// <c>log σ(x)</c>, likewise: softplus is <c>log(1 + exp(beta x)) / beta</c>, so that it needs no negated copy.
    /// </summary>
    internal static Tensor LogSigmoid(Tensor logits) => logits.softplus(beta: -1, threshold: 40);

    /// <summary>Binary cross entropy of real samples against the label 1 - s, and of generated ones against 0.</summary>
    internal static Tensor CrossEntropy(Tensor realLogits, Tensor fakeLogits, double labelSmoothing)
    {
        RequireAlike(realLogits, fakeLogits);
        using var scope = NewDisposeScope();
        var loss = Softplus(fakeLogits).mean() - LogSigmoid(realLogits).mean();
        // -(1 - s) log σ(r) - s log(1 - σ(r)) is -log σ(r) + s r, which cancels nowhere.
        if (labelSmoothing > 0)
            loss = loss.Plus(realLogits.mean().Times(labelSmoothing));
        return loss.MoveToOuterDisposeScope();
    }

    /// <summary>How probably real, on average: <c>E[σ(x)]</c>.</summary>
    internal static Tensor MeanProbability(Tensor logits)
    {
        RequireSome(logits, nameof(logits));
        using var scope = NewDisposeScope();
        return logits.sigmoid().mean().MoveToOuterDisposeScope();
    }

    /// <summary><c>-E[f]</c>, what the generator of a critic minimises.</summary>
    internal static Tensor NegatedMean(Tensor fakeLogits)
    {
        RequireSome(fakeLogits, nameof(fakeLogits));
        using var scope = NewDisposeScope();
        return (-fakeLogits.mean()).MoveToOuterDisposeScope();
    }

    internal static double RequireLabelSmoothing(double labelSmoothing) => labelSmoothing is >= 0 and < 1
        ? labelSmoothing
        : throw new ArgumentOutOfRangeException(
            nameof(labelSmoothing), labelSmoothing, "The label smoothing must be at least 0 and less than 1.");

    /// <summary>Both are given, not empty, and the same shape but for the batch size.</summary>
    internal static void RequireAlike(Tensor realLogits, Tensor fakeLogits)
    {
        RequireSome(realLogits, nameof(realLogits));
        RequireSome(fakeLogits, nameof(fakeLogits));
        if (!OfOne(realLogits).SequenceEqual(OfOne(fakeLogits)))
        {
            throw new ArgumentException(
                $"The logits of real samples have shape {realLogits.Describe()} and those of generated samples "
                + $"{fakeLogits.Describe()}; only the first dimension, the batch, may differ.", nameof(fakeLogits));
        }
    }

    private static ReadOnlySpan<long> OfOne(Tensor logits)
    {
        var shape = logits.shape;
        return shape.AsSpan(Math.Min(1, shape.Length));
    }

    /// <summary>It is given and not empty: a mean of nothing is NaN.</summary>
    internal static void RequireSome(Tensor logits, string parameterName)
    {
        ArgumentNullException.ThrowIfNull(logits, parameterName);
        if (logits.numel() == 0)
        {
            throw new ArgumentException(
                $"There must be at least one logit, but the tensor has shape {logits.Describe()}.", parameterName);
        }
    }
}
