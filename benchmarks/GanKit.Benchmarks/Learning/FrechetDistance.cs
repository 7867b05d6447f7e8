using TorchSharp;
using static TorchSharp.torch;

namespace GanKit.Benchmarks.Learning;

/// <summary>
/// How far two sets of features lie from each other, each taken as a normal distribution:
/// |m1 - m2|^2 + tr(S1 + S2 - 2 (S1 S2)^(1/2)). Heusel et al. 2017 measure so with Inception's features, which are others.
/// </summary>
internal static class FrechetDistance
{
    /// <summary>Between features (N, F) and (M, F), computed in float64.</summary>
    internal static double Between(Tensor first, Tensor second)
    {
        using var scope = NewDisposeScope();
        var (firstMean, firstCovariance) = Moments(first);
        var (secondMean, secondCovariance) = Moments(second);

        // (S1 S2)^(1/2) has the trace of (R S2 R)^(1/2) with R = S1^(1/2), which is symmetric.
        var (values, vectors) = linalg.eigh(firstCovariance);
        var root = vectors.mul(values.clamp(min: 0).sqrt()).matmul(vectors.t());
        var product = root.matmul(secondCovariance).matmul(root);
        var traceOfRoot = linalg.eigvalsh(product).clamp(min: 0).sqrt().sum();

        var betweenMeans = (firstMean - secondMean).square().sum();
        return (betweenMeans + firstCovariance.trace() + secondCovariance.trace() - 2 * traceOfRoot).ToDouble();
    }

    private static (Tensor Mean, Tensor Covariance) Moments(Tensor features)
    {
        var wide = features.to(float64);
        var mean = wide.mean([0]);
        var centred = wide - mean;
        return (mean, centred.t().matmul(centred) / (wide.shape[0] - 1));
    }
}
