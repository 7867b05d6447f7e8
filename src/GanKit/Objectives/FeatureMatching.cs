using static TorchSharp.torch;

namespace GanKit;

/// <summary>Feature matching: how differently a discriminator sees two batches, layer by layer.</summary>
/// <remarks>
/// <c>4 · E_k E_i [E|D_k,i(output) - D_k,i(target)|]</c>, where <c>D_k,i</c> is layer i at scale k, and E means over
/// scales, over a scale's layers and over a layer's elements. With the paper's discriminators, which have 4 such
/// layers, that sums each scale's layers. The authors' code has the factor, and averages over scales; the paper sums
/// over them.
/// <para>
/// Wang, Liu, Zhu, Tao, Kautz, Catanzaro: High-Resolution Image Synthesis and Semantic Manipulation with Conditional
/// GANs, CVPR 2018, arXiv:1711.11585.
/// </para>
/// </remarks>
public static class FeatureMatching
{
    private const double LayersOfThePaper = 4;

    /// <summary>Computes the loss; its gradient reaches the output's features alone.</summary>
    /// <param name="output">What it gives for generated samples, from <see cref="IFeatureDiscriminator.Discriminate"/>.</param>
    /// <param name="target">What the same discriminator gives for what they should have been.</param>
    /// <returns>A scalar tensor.</returns>
    /// <exception cref="ArgumentException">There are no features, or the two differ in scales, layers or shapes.
    /// </exception>
    public static Tensor Loss(IReadOnlyList<DiscriminatorOutput> output, IReadOnlyList<DiscriminatorOutput> target)
    {
        ArgumentNullException.ThrowIfNull(output);
        ArgumentNullException.ThrowIfNull(target);
        Require(output.Count == target.Count, $"The output was judged at {output.Count} scales and the target at "
            + $"{target.Count}; they must be equally many.");
        Require(output.Count > 0, "There is no output of a discriminator, which gives one for each scale.");
        using var scope = NewDisposeScope();
        var scales = output.Zip(
            target, (made, wanted) => OfOneScale(made.Features, wanted.Features, LayersOfThePaper / output.Count));
        return scales.Aggregate((total, scale) => total + scale).MoveToOuterDisposeScope();
    }

    private static Tensor OfOneScale(IReadOnlyList<Tensor> made, IReadOnlyList<Tensor> wanted, double weight)
    {
        Require(made.Count == wanted.Count, $"The discriminator shows {made.Count} layers of the output and "
            + $"{wanted.Count} of the target; they must be equally many.");
        Require(made.Count > 0, "The discriminator shows no features; its output has to hold at least one activation.");
        var layers = made.Zip(wanted, (output, target) =>
            ReconstructionLoss.L1.Loss(output.InSinglePrecision(), target.detach().InSinglePrecision()));
        return layers.Aggregate((total, layer) => total + layer) * (weight / made.Count);
    }

    private static void Require(bool condition, string otherwise)
    {
        if (!condition)
            throw new ArgumentException(otherwise);
    }
}
