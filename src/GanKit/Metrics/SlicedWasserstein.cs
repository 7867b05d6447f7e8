using System.Globalization;
using static TorchSharp.torch;

namespace GanKit.Metrics;

/// <summary>
/// The mean, over random directions, of the Wasserstein distance between two sets of features projected onto a direction: 0 for equal sets.
/// It needs no covariance, and with <see cref="PixelFeatures"/> no weights.
/// </summary>
/// <remarks>
/// In one dimension the distance is the area between the two distribution functions, found exactly by sorting, whatever the numbers of
/// samples. These are slices of the features themselves; Karras et al. (Progressive Growing of GANs, 2018) slice patches of a Laplacian
/// pyramid instead, so their numbers are others. Directions are drawn evenly on the sphere by PyTorch's generator from the seed. Immutable.
/// <para>
/// Rabin, Peyré, Delon, Bernot: Wasserstein Barycenter and Its Application to Texture Mixing, SSVM 2011; Bonneel, Rabin, Peyré, Pfister:
/// Sliced and Radon Wasserstein Barycenters of Measures, 2015.
/// </para>
/// </remarks>
public sealed class SlicedWasserstein : IFeatureMetric
{
    private const int Parts = 10;

    /// <summary>How many directions, at least 1; 512 by default.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is below 1.</exception>
    public int Slices
    {
        get;
        init
        {
            ArgumentOutOfRangeException.ThrowIfLessThan(value, 1, nameof(Slices));
            field = value;
        }
    } = 512;

    /// <summary>The seed of the directions; 0 by default.</summary>
    public long Seed { get; init; }

    /// <summary>How many features of each set to keep and compare; 10,000 by default.</summary>
    public long Keep { get; init; } = 10_000;

    /// <inheritdoc/>
    public string Name => "sliced wasserstein";

    /// <inheritdoc/>
    public bool LowerIsBetter => true;

    /// <summary>The distance between two sets of features.</summary>
    /// <param name="reference">Features (N, F) of real samples.</param>
    /// <param name="generated">Features (M, F) of generated samples.</param>
    /// <exception cref="ArgumentException">Shapes do not fit.</exception>
    public double Between(Tensor reference, Tensor generated)
    {
        PairwiseKernel.RequireRows(reference, generated);
        using var scope = NewDisposeScope();
        using var quiet = no_grad();
        var directions = Directions(reference);
        return Distance(Project(reference, directions), Project(generated, directions));
    }

    /// <inheritdoc/>
    /// <remarks>The interval is Student's over the distances of ten parts of the generated samples, around the distance of all.</remarks>
    public IReadOnlyList<MetricResult> Measure(FeatureStatistics reference, FeatureStatistics generated)
    {
        var settings = string.Create(CultureInfo.InvariantCulture, $"{Slices} slices, seed {Seed}");
        var protocol = MetricProtocol.Between(Name, Dialect.Name, reference, generated, settings, keep: Keep);
        var (real, made) = (KernelDistance.Kept(reference, "reference", Keep), KernelDistance.Kept(generated, "generated", Keep));
        PairwiseKernel.RequireRows(real, made);
        using var scope = NewDisposeScope();
        using var quiet = no_grad();
        var directions = Directions(real);
        var (one, other) = (Project(real, directions), Project(made, directions));
        var value = Distance(one, other);
        var parts = made.shape[0] < 2 * Parts ? [] : other.chunk(Parts).Select(part => Distance(one, part)).ToArray();
        return [new(value, LowerIsBetter, protocol) { Interval = ConfidenceInterval.OfMean(parts, "parts", around: value) }];
    }

    /// <inheritdoc cref="IFeatureMetric.Dialect"/>
    public MetricDialect Dialect => MetricDialect.Exact;

    /// <summary>Directions (F, slices) of length 1.</summary>
    internal Tensor Directions(Tensor features)
    {
        using var random = new Generator(unchecked((ulong)Seed), CPU);
        var normal = randn([features.shape[1], Slices], ScalarType.Float64, generator: random);
        return normal.div(normal.norm(0, keepdim: true)).to(features.device);
    }

    private static Tensor Project(Tensor features, Tensor directions) => features.detach().to(ScalarType.Float64).matmul(directions);

    private static double Distance(Tensor real, Tensor made)
    {
        using var scope = NewDisposeScope();
        var (one, other) = (real.sort(0).Values, made.sort(0).Values);
        if (one.shape[0] == other.shape[0])
            return (one - other).abs().mean().item<double>();
        var (rows, otherRows, weights) = Merge(one.shape[0], other.shape[0]);
        var apart = one.index_select(0, tensor(rows, device: one.device)) - other.index_select(0, tensor(otherRows, device: one.device));
        return tensor(weights, device: one.device).matmul(apart.abs()).mean().item<double>();
    }

    // Between two neighbouring multiples of 1/n and 1/m, both quantile functions are constant.
    private static (long[] Rows, long[] OtherRows, double[] Weights) Merge(long n, long m)
    {
        var (rows, otherRows, weights) = (new List<long>(), new List<long>(), new List<double>());
        var (i, j, at) = (0L, 0L, 0L); // in units of 1 / (n m)
        while (i < n && j < m)
        {
            var end = Math.Min((i + 1) * m, (j + 1) * n);
            rows.Add(i);
            otherRows.Add(j);
            weights.Add((end - at) / (double)n / m);
            if (end == (i + 1) * m)
                i++;
            if (end == (j + 1) * n)
                j++;
            at = end;
        }

        return ([.. rows], [.. otherRows], [.. weights]);
    }
}
