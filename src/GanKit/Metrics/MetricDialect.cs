namespace GanKit.Metrics;

/// <summary>
/// How a measure is computed where published tools differ: degrees of freedom, precision of the mean, the matrix root, subsets, splits and
/// seeds. Numbers of two dialects are not comparable.
/// </summary>
/// <remarks>
/// <see cref="Exact"/> is the default. The others give the numbers that a tool gives of the same features, to compare with figures that were
/// published with it. Immutable and thread safe.
/// </remarks>
public sealed class MetricDialect
{
    private MetricDialect(string name) => Name = name;

    /// <summary>
    /// GanKit's own: unbiased covariances, and no rounding that shows. The Fréchet distance is taken from singular values, so that it is 0
    /// between equal features whatever their number; the kernel distance is over all samples instead of drawn subsets.
    /// </summary>
    public static MetricDialect Exact { get; } = new("exact") { Root = RootOf.Factors };

    /// <summary>pytorch-fid 0.3: SciPy's root of the product of the covariances. It has the Fréchet distance alone.</summary>
    public static MetricDialect PyTorchFid { get; } = new("pytorch-fid")
    {
        AddsToSingular = true,
        HasKernel = false,
        HasInceptionScore = false,
        HasManifolds = false,
    };

    /// <summary>
    /// torch-fidelity 0.4: a mean in 32 bits; kernel distance over 100 subsets of 1,000, Inception Score over 10 splits, both drawn by
    /// NumPy's generator from the seed 2020.
    /// </summary>
    public static MetricDialect TorchFidelity { get; } = new("torch-fidelity")
    {
        MeanInSinglePrecision = true,
        KernelSubsets = 100,
        KernelDeviation = true,
        Draw = DrawFrom.NumPy,
        Seed = 2020,
        ShuffleScores = true,
    };

    /// <summary>
    /// clean-fid of 2025: a mean in 32 bits, SciPy's root; kernel distance over 100 subsets of up to 1,000, drawn without a seed. It has no
    /// Inception Score, precision or recall.
    /// </summary>
    public static MetricDialect CleanFid { get; } = new("clean-fid")
    {
        MeanInSinglePrecision = true,
        AddsToSingular = true,
        KernelSubsets = 100,
        SmallerSubsets = true,
        Draw = DrawFrom.NumPy,
        HasInceptionScore = false,
        HasManifolds = false,
    };

    /// <summary>
    /// StyleGAN2-ADA and StyleGAN3: covariances divided by N, SciPy's root; kernel distance over 100 subsets of up to 1,000, drawn without a
    /// seed; precision and recall in 16 bits.
    /// </summary>
    public static MetricDialect StyleGan3 { get; } = new("stylegan3")
    {
        RemovedDegrees = 0,
        FailsOnSingular = true,
        KernelSubsets = 100,
        SmallerSubsets = true,
        Draw = DrawFrom.NumPy,
        HalfPrecisionManifolds = true,
    };

    /// <summary>
    /// torchmetrics of 2026: results in 32 bits; kernel distance over 100 subsets of 1,000 and Inception Score over 10 splits, both drawn by
    /// PyTorch's generator; the score's deviation has N - 1.
    /// </summary>
    public static MetricDialect TorchMetrics { get; } = new("torchmetrics")
    {
        RoundsToSingle = true,
        KernelSubsets = 100,
        KernelDeviation = true,
        Draw = DrawFrom.PyTorch,
        ShuffleScores = true,
        ScoreRemovedDegrees = 1,
        ChunkedSplits = true,
        HasManifolds = false,
    };

    /// <summary>All of them.</summary>
    public static IReadOnlyList<MetricDialect> All { get; } = [Exact, PyTorchFid, TorchFidelity, CleanFid, StyleGan3, TorchMetrics];

    /// <summary>The name that results state, such as "torch-fidelity".</summary>
    public string Name { get; }

    /// <inheritdoc/>
    public override string ToString() => Name;

    /// <summary>How tr (S1 S2)^(1/2) is found.</summary>
    internal enum RootOf
    {
        /// <summary>Eigenvalues of the rounded product, as SciPy's root has them on its diagonal.</summary>
        Product,

        /// <summary>Singular values of a product of the covariances' factors.</summary>
        Factors,
    }

    /// <summary>Which generator draws subsets and shuffles.</summary>
    internal enum DrawFrom
    {
        Nothing,
        NumPy,
        PyTorch,
    }

    internal RootOf Root { get; private init; } = RootOf.Product;

    internal int RemovedDegrees { get; private init; } = 1;

    internal bool MeanInSinglePrecision { get; private init; }

    internal bool RoundsToSingle { get; private init; }

    /// <summary>Where SciPy finds no root, it is tried again with 1e-6 on both diagonals.</summary>
    internal bool AddsToSingular { get; private init; }

    /// <summary>Where SciPy finds no root, the result is NaN.</summary>
    internal bool FailsOnSingular { get; private init; }

    internal bool HasKernel { get; private init; } = true;

    internal int? KernelSubsets { get; private init; }

    internal bool KernelDeviation { get; private init; }

    internal bool SmallerSubsets { get; private init; }

    internal DrawFrom Draw { get; private init; }

    /// <summary>The seed that the tool always takes.</summary>
    internal long? Seed { get; private init; }

    internal bool HasInceptionScore { get; private init; } = true;

    internal bool ShuffleScores { get; private init; }

    internal int ScoreRemovedDegrees { get; private init; }

    internal bool ChunkedSplits { get; private init; }

    internal bool HasManifolds { get; private init; } = true;

    internal bool HalfPrecisionManifolds { get; private init; }

    internal MetricDialect Require(Func<MetricDialect, bool> has, string measure) => has(this) ? this : throw new ArgumentException(
        $"{Name} has no {measure}; dialects that have one: {string.Join(", ", All.Where(has))}.");
}
