using System.Globalization;
using System.Numerics;
using static TorchSharp.torch;

namespace GanKit.Metrics;

/// <summary>
/// The squared maximum mean discrepancy between two sets of features under the kernel <c>(x·y / F + 1)³</c>: near 0, or a little below, for
/// samples of one distribution. With Inception's features it is the KID.
/// </summary>
/// <remarks>
/// The estimate is unbiased whatever the number of samples: the mean over pairs of different real samples, plus that of generated ones, minus
/// twice that of mixed pairs. Tools take its mean over subsets that they draw; <see cref="MetricDialect.Exact"/> takes all pairs, which is
/// the mean over all subsets. Kernels are computed in float64. Of dialects that draw without a seed, this seed stands for the tool's own
/// state: the numbers are NumPy's after <c>numpy.random.seed(seed)</c> and PyTorch's after <c>torch.manual_seed(seed)</c>. Immutable.
/// <para>Bińkowski, Sutherland, Arbel, Gretton: Demystifying MMD GANs, ICLR 2018.</para>
/// </remarks>
public sealed class KernelDistance : IFeatureMetric
{
    /// <summary>Whose number it is; <see cref="MetricDialect.Exact"/> by default. pytorch-fid has none.</summary>
    /// <exception cref="ArgumentException">The tool has no kernel distance.</exception>
    public MetricDialect Dialect
    {
        get;
        init => field = Given.NotNull(value).Require(dialect => dialect.HasKernel, "kernel distance");
    } = MetricDialect.Exact;

    /// <summary>How many subsets a tool draws; 100, theirs. <see cref="MetricDialect.Exact"/> draws none.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is below 1.</exception>
    public int Subsets
    {
        get;
        init => field = AtLeast(1, value, nameof(Subsets));
    } = 100;

    /// <summary>The samples in a subset, of each kind; 1,000, the tools'.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is below 2.</exception>
    public long SubsetSize
    {
        get;
        init => field = AtLeast(2L, value, nameof(SubsetSize));
    } = 1000;

    /// <summary>The seed of subsets where the dialect has none of its own, from 0 to 2³² - 1; 0 by default.</summary>
    public uint Seed { get; init; }

    /// <summary>How many features of each set to keep and compare; 10,000 by default.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is below 3.</exception>
    public long Keep
    {
        get;
        init => field = AtLeast(3L, value, nameof(Keep));
    } = 10_000;

    /// <inheritdoc/>
    public string Name => "kernel";

    /// <inheritdoc/>
    public bool LowerIsBetter => true;

    /// <summary>The distance between two sets of features.</summary>
    /// <param name="reference">Features (N, F) of real samples.</param>
    /// <param name="generated">Features (M, F) of generated samples.</param>
    /// <returns>The distance and its deviation over subsets, or null where the dialect has none.</returns>
    /// <exception cref="ArgumentException">Shapes do not fit, or there are fewer samples than the dialect needs.</exception>
    public (double Value, double? Deviation) Between(Tensor reference, Tensor generated)
    {
        var values = OfSubsets(reference, generated);
        return (values.Average(), Dialect.KernelDeviation ? Deviation(values) : null);
    }

    private static double Deviation(double[] values)
    {
        var mean = values.Average();
        return Math.Sqrt(values.Average(value => (value - mean) * (value - mean)));
    }

    private double[] OfSubsets(Tensor reference, Tensor generated)
    {
        PairwiseKernel.RequireRows(reference, generated);
        using var scope = NewDisposeScope();
        using var quiet = no_grad();
        var (real, made) = (reference.detach().to(ScalarType.Float64), generated.detach().to(ScalarType.Float64));
        if (Dialect.KernelSubsets is null)
            return [PairwiseKernel.Distance(real, made)];
        var size = SizeOfSubsets(real.shape[0], made.shape[0]);
        return [.. Draws(real.shape[0], made.shape[0], size).Select(draw =>
        {
            using var inner = NewDisposeScope();
            return PairwiseKernel.Distance(
                real.index_select(0, tensor(draw.Real, device: real.device)), made.index_select(0, tensor(draw.Made, device: made.device)));
        })];
    }

    /// <inheritdoc/>
    /// <remarks>
    /// The interval is the jackknife's over the generated samples, and for drawn subsets wider by what their number leaves to chance. The
    /// deviation of <see cref="MetricDialect.Exact"/> is the jackknife's standard error.
    /// </remarks>
    public IReadOnlyList<MetricResult> Measure(FeatureStatistics reference, FeatureStatistics generated)
    {
        var settings = Dialect.KernelSubsets is null ? "" : string.Create(
            CultureInfo.InvariantCulture, $"{Subsets} subsets of {SubsetSize}, seed {Dialect.Seed ?? Seed}");
        var protocol = MetricProtocol.Between(Name, Dialect.Name, reference, generated, settings, keep: Keep);
        var (real, made) = (Kept(reference, "reference", Keep), Kept(generated, "generated", Keep));
        var values = OfSubsets(real, made);
        var (value, deviation, error) = (values.Average(), Deviation(values), PairwiseKernel.StandardError(real, made));
        var ofSubsets = deviation / Math.Sqrt(values.Length); // 0 of all pairs
        return
        [
            new(value, LowerIsBetter, protocol)
            {
                Deviation = Dialect.KernelSubsets is null ? error : Dialect.KernelDeviation ? deviation : null,
                Interval = ConfidenceInterval.Around(value, Math.Sqrt(error * error + ofSubsets * ofSubsets), "jackknife"),
            },
        ];
    }

    /// <summary>The first features that a measure asks for, whatever else asked for more.</summary>
    internal static Tensor Kept(FeatureStatistics statistics, string which, long keep)
    {
        var kept = statistics.Features ?? throw new ArgumentException(
            $"This measure compares samples one by one, but the {which} statistics keep none: make them with keep: 10_000.");
        return kept.shape[0] > keep ? kept.narrow(0, 0, keep) : kept;
    }

    private static T AtLeast<T>(T least, T value, string name)
        where T : INumber<T> => value >= least ? value : throw new ArgumentOutOfRangeException(
        name, value, $"{name} is {value}, but must be at least {least}.");

    private long SizeOfSubsets(long real, long made)
    {
        var fewest = Math.Min(real, made);
        if (fewest >= SubsetSize)
            return SubsetSize;
        return Dialect.SmallerSubsets ? fewest : throw new ArgumentException(
            $"{Dialect} draws subsets of {SubsetSize}, but there are {real} real and {made} generated samples: measure more, or set SubsetSize.");
    }

    // In the tools' order: torchmetrics draws real samples first.
    private IEnumerable<(long[] Real, long[] Made)> Draws(long real, long made, long size)
    {
        var seed = Dialect.Seed ?? Seed;
        if (Dialect.Draw == MetricDialect.DrawFrom.NumPy)
        {
            var random = new NumPyRandom(checked((uint)seed));
            for (var i = 0; i < Subsets; i++)
            {
                var ofMade = random.Choice(made, size);
                yield return (random.Choice(real, size), ofMade);
            }
        }
        else
        {
            using var random = new Generator((ulong)seed, CPU);
            for (var i = 0; i < Subsets; i++)
            {
                var ofReal = Permutation(real, random)[..(int)size];
                yield return (ofReal, Permutation(made, random)[..(int)size]);
            }
        }
    }

    internal static long[] Permutation(long count, Generator random)
    {
        using var order = randperm(count, generator: random);
        return order.data<long>().ToArray();
    }
}
