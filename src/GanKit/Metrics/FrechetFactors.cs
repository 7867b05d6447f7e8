using TorchSharp;
using static TorchSharp.torch;

namespace GanKit.Metrics;

/// <summary>A normal distribution as a mean (F) and a factor (F, K) of its covariance, in float64 on the CPU.</summary>
/// <param name="Mean">The mean.</param>
/// <param name="Factor">A, with <c>S = A Aᵀ</c>.</param>
internal sealed record FrechetFactors(Tensor Mean, Tensor Factor)
{
    private const double RelativeError = 1e-7; // of the distance; where roots of eigenvalues are less exact, singular values are taken
    private const double Roundings = 64 * 2.220446049250313e-16;

    internal static FrechetFactors Of(FeatureStatistics statistics)
    {
        if (!statistics.KeepsAll || statistics.Count > statistics.FeatureSize || statistics.Count < 2)
            return Of(statistics.Mean(), statistics.Covariance());
        var rows = statistics.Features!.to(ScalarType.Float64).cpu(); // (N, F)
        var mean = rows.mean([0]);
        return new(mean, (rows - mean).Over(Math.Sqrt(rows.shape[0] - 1)).t());
    }

    internal static FrechetFactors Of(Tensor mean, Tensor covariance)
    {
        var wide = covariance.to(ScalarType.Float64).cpu();
        var (lower, info) = linalg.cholesky_ex(wide);
        return new(mean.to(ScalarType.Float64).cpu(), info.item<int>() == 0 ? lower : Root(wide));
    }

    internal static double Distance(FrechetFactors one, FrechetFactors other)
    {
        var product = one.Factor.t().matmul(other.Factor);
        var apart = ((one.Mean - other.Mean).square().sum() + one.Factor.square().sum() + other.Factor.square().sum()).item<double>();
        var (root, error) = RootsOfGram(product);
        if (2 * error > RelativeError * Math.Abs(apart - 2 * root))
            root = linalg.svdvals(product).sum().item<double>();
        return Math.Max(0, apart - 2 * root);
    }

    // The singular values' sum from the eigenvalues of A^T A, in a quarter of their time, and what it may be off by: each eigenvalue is within
    // delta, a few roundings of the largest, so its root is within delta / root, and within the root of delta near 0.
    private static (double Sum, double Error) RootsOfGram(Tensor product)
    {
        var isWide = product.shape[1] > product.shape[0];
        var values = linalg.eigvalsh(isWide ? product.matmul(product.t()) : product.t().matmul(product));
        var delta = Roundings * values.max().item<double>();
        using Scalar none = 0, nearest = Math.Sqrt(delta);
        var roots = values.clamp(min: none).sqrt();
        return (roots.sum().item<double>(), roots.clamp(min: nearest).reciprocal().sum().item<double>() * delta);
    }

    /// <summary>
    /// The standard error of the distance from what each kept generated sample x adds to it, seen from the mean: 2 (m - r)·x + |x|² - xᵀ T x,
    /// where T is the optimal map from the generated distribution to the real one, <c>T = A⁻ᵀ U S Uᵀ A⁻¹</c> with <c>Aᵀ B = U S Vᵀ</c>.
    /// </summary>
    internal static double? StandardError(FeatureStatistics reference, FeatureStatistics generated)
    {
        using var scope = NewDisposeScope();
        using var quiet = no_grad();
        var (real, rows) = (Of(reference), generated.Features!.to(ScalarType.Float64).cpu());
        var mean = generated.KeepsAll ? rows.mean([0]) : generated.Mean().cpu();
        var centred = rows - mean; // (N, F)
        Tensor factor, coordinates; // x = A y
        if (generated.KeepsAll && generated.Count <= generated.FeatureSize)
        {
            factor = centred.Over(Math.Sqrt(generated.Count - 1)).t();
            coordinates = eye(generated.Count, dtype: ScalarType.Float64).Times(Math.Sqrt(generated.Count - 1));
        }
        else
        {
            var (values, vectors) = linalg.eigh(generated.Covariance().cpu());
            var used = values.gt(values.max().Times(1e-12)).nonzero().flatten();
            var (lengths, directions) = (values.index_select(0, used).sqrt(), vectors.index_select(1, used));
            factor = directions.mul(lengths);
            coordinates = centred.matmul(directions).div(lengths);
        }

        var (left, singular, _) = linalg.svd(factor.t().matmul(real.Factor), fullMatrices: false);
        var mapped = coordinates.matmul(left).mul(singular.sqrt()).square().sum(1);
        var influence = centred.matmul(mean - real.Mean).Times(2) + centred.square().sum(1) - mapped; // (N)
        return Math.Sqrt(influence.var(0, unbiased: true).item<double>() / generated.Count);
    }

    /// <summary>Adds A^T A; blocks below the diagonal, which are the others' mirror images, are left out.</summary>
    internal static void AddToUpperTriangle(Tensor sums, Tensor rows)
    {
        const int Blocks = 4;
        var size = (int)sums.shape[0];
        for (var block = 0; block < Blocks; block++)
        {
            using var scope = NewDisposeScope();
            var (start, end) = (size * block / Blocks, size * (block + 1) / Blocks);
            if (end > start)
                sums[start..end, start..].addmm_(rows[.., start..end].t(), rows[.., start..], 1, 1);
        }
    }

    private static Tensor Root(Tensor covariance)
    {
        var (values, vectors) = linalg.eigh(covariance);
        using Scalar none = 0;
        return vectors.mul(values.clamp(min: none).sqrt());
    }
}
