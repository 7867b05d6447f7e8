using static TorchSharp.torch;

namespace GanKit.Metrics;

/// <summary>Sums of the kernel (x·y / F + 1)³ over pairs, a block of rows at a time, in float64.</summary>
internal static class PairwiseKernel
{
    private const long MostAtOnce = 1 << 22; // numbers in a block

    internal static void RequireRows(Tensor reference, Tensor generated)
    {
        ArgumentNullException.ThrowIfNull(reference);
        ArgumentNullException.ThrowIfNull(generated);
        if (reference.dim() != 2 || generated.dim() != 2 || reference.shape[1] != generated.shape[1] || reference.shape[0] < 2
            || generated.shape[0] < 2)
        {
            throw new ArgumentException(
                $"Features must be (N, F) and (M, F) with at least 2 samples each, but have shapes {reference.Describe()} and "
                + $"{generated.Describe()}.", nameof(generated));
        }
    }

    /// <summary>The unbiased squared discrepancy.</summary>
    internal static double Distance(Tensor real, Tensor made)
    {
        var (n, m) = ((double)real.shape[0], (double)made.shape[0]);
        return WithoutSelf(real).sum().item<double>() / (n * (n - 1)) + WithoutSelf(made).sum().item<double>() / (m * (m - 1))
            - 2 * Sums(made, real).sum().item<double>() / (n * m);
    }

    /// <summary>The jackknife's standard error over the generated samples: of the distances without one of them.</summary>
    internal static double StandardError(Tensor reference, Tensor generated)
    {
        using var scope = NewDisposeScope();
        using var quiet = no_grad();
        var (real, made) = (reference.to(ScalarType.Float64), generated.to(ScalarType.Float64));
        var (n, m) = ((double)real.shape[0], (double)made.shape[0]);
        if (m < 3)
            return double.PositiveInfinity;
        var (own, mixed) = (WithoutSelf(made), Sums(made, real)); // (M) each
        var without = (own.sum() - own.Times(2)).Over((m - 1) * (m - 2)) - (mixed.sum() - mixed).Times(2 / ((m - 1) * n));
        return Math.Sqrt(without.var(0, unbiased: false).item<double>() * (m - 1));
    }

    private static Tensor WithoutSelf(Tensor rows)
    {
        var (norms, size) = (rows.square().sum(1), rows.shape[1]);
        return Sums(rows, rows) - Cube(norms.TimesPlus(1.0 / size, 1));
    }

    /// <summary>For each row, the sum of its kernels with all others.</summary>
    private static Tensor Sums(Tensor rows, Tensor others)
    {
        var step = Math.Max(1, MostAtOnce / others.shape[0]);
        var turned = others.t();
        var parts = new List<Tensor>();
        for (var start = 0L; start < rows.shape[0]; start += step)
        {
            using var scope = NewDisposeScope();
            var block = rows.narrow(0, start, Math.Min(step, rows.shape[0] - start)).matmul(turned);
            parts.Add(Cube(block.TimesPlus(1.0 / rows.shape[1], 1)).sum(1).MoveToOuterDisposeScope());
        }

        return cat(parts);
    }

    private static Tensor Cube(Tensor values) => values.square().mul(values);
}
