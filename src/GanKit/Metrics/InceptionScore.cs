using System.Globalization;
using static TorchSharp.torch;

namespace GanKit.Metrics;

/// <summary>
/// How sure a classifier is of each sample, and how evenly it finds all classes: 1 at worst, the number of classes at best.
/// </summary>
/// <remarks>
/// <c>exp(mean of KL(p(y|x) || p(y)))</c>, the mean over splits of the samples. It never looks at real data, so it sees neither overfitting
/// nor a lack of variety within a class. Tools take Inception's logits without the last layer's bias. Computed in float64. The dialects
/// torch-fidelity and torchmetrics shuffle the samples first. Immutable and thread safe.
/// <para>Salimans, Goodfellow, Zaremba, Cheung, Radford, Chen: Improved Techniques for Training GANs, NeurIPS 2016.</para>
/// </remarks>
public sealed class InceptionScore : IFeatureMetric
{
    /// <summary>Whose number it is; <see cref="MetricDialect.Exact"/> by default. pytorch-fid and clean-fid have none.</summary>
    /// <exception cref="ArgumentException">The tool has no Inception Score.</exception>
    public MetricDialect Dialect
    {
        get;
        init => field = Given.NotNull(value).Require(dialect => dialect.HasInceptionScore, "Inception Score");
    } = MetricDialect.Exact;

    /// <summary>In how many splits to take it, at least 1; 10, the paper's.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is below 1.</exception>
    public int Splits
    {
        get;
        init
        {
            ArgumentOutOfRangeException.ThrowIfLessThan(value, 1, nameof(Splits));
            field = value;
        }
    } = 10;

    /// <summary>The seed of the shuffle where the dialect shuffles without one of its own; 0 by default.</summary>
    public uint Seed { get; init; }

    /// <inheritdoc/>
    public string Name => "inception score";

    /// <inheritdoc/>
    public bool LowerIsBetter => false;

    /// <inheritdoc/>
    public long Keep => 100_000;

    /// <inheritdoc/>
    public bool NeedsLogits => true;

    /// <summary>The score of logits, with its deviation over the splits.</summary>
    /// <param name="logits">Logits (N, K), at least one a split.</param>
    /// <returns>The mean and the deviation; the latter is NaN where it needs two splits and there is one.</returns>
    /// <exception cref="ArgumentException">The shape is another, or there are fewer samples than splits.</exception>
    public (double Value, double Deviation) Of(Tensor logits)
    {
        var scores = OfSplits(logits);
        var mean = scores.Average();
        return (mean, Math.Sqrt(scores.Sum(score => (score - mean) * (score - mean)) / (scores.Length - Dialect.ScoreRemovedDegrees)));
    }

    /// <inheritdoc/>
    /// <remarks>The interval is Student's over the splits, for the score of as many samples as a split has; it needs 4 splits.</remarks>
    public IReadOnlyList<MetricResult> Measure(FeatureStatistics reference, FeatureStatistics generated)
    {
        ArgumentNullException.ThrowIfNull(generated);
        var logits = generated.Logits ?? throw new ArgumentException(
            $"The Inception Score needs logits, but {generated.Origin.Extractor} gave none, or none were kept.", nameof(generated));
        var settings = string.Create(CultureInfo.InvariantCulture, $"{Splits} splits");
        if (Dialect.ShuffleScores)
            settings += string.Create(CultureInfo.InvariantCulture, $", seed {Dialect.Seed ?? Seed}");
        var (value, deviation) = Of(logits);
        return
        [
            new(value, LowerIsBetter, MetricProtocol.Of(Name, Dialect.Name, generated, settings, keep: Keep))
            {
                Deviation = deviation,
                Interval = ConfidenceInterval.OfMean(OfSplits(logits), "splits"),
            },
        ];
    }

    private double[] OfSplits(Tensor logits)
    {
        ArgumentNullException.ThrowIfNull(logits);
        if (logits.dim() != 2 || logits.shape[0] < Splits || logits.shape[1] == 0)
        {
            throw new ArgumentException(
                $"Logits must be (N, K) with at least {Splits} samples, one a split, but have shape {logits.Describe()}.", nameof(logits));
        }

        using var scope = NewDisposeScope();
        using var quiet = no_grad();
        var wide = Shuffled(logits.detach().to(ScalarType.Float64)).log_softmax(1);
        return [.. Bounds(wide.shape[0]).Select(bounds => Score(wide.narrow(0, bounds.Start, bounds.End - bounds.Start)))];
    }

    private static double Score(Tensor logs)
    {
        using var scope = NewDisposeScope();
        var probabilities = logs.exp();
        var apart = probabilities * (logs - probabilities.mean([0], keepdim: true).log());
        return apart.masked_fill(probabilities.eq(0), 0).sum(1).mean().exp().item<double>(); // 0 · log 0 is 0
    }

    private Tensor Shuffled(Tensor rows)
    {
        if (!Dialect.ShuffleScores)
            return rows;
        var (count, seed) = (rows.shape[0], Dialect.Seed ?? Seed);
        if (Dialect.Draw == MetricDialect.DrawFrom.NumPy)
            return rows.index_select(0, tensor(new NumPyRandom(checked((uint)seed)).Permutation(count), device: rows.device));
        using var random = new Generator((ulong)seed, CPU);
        return rows.index_select(0, tensor(KernelDistance.Permutation(count, random), device: rows.device));
    }

    private IEnumerable<(long Start, long End)> Bounds(long count)
    {
        if (!Dialect.ChunkedSplits)
            return Enumerable.Range(0, Splits).Select(i => (i * count / Splits, (i + 1) * count / Splits));
        var size = (count + Splits - 1) / Splits; // torch.chunk
        return Enumerable.Range(0, Splits).Select(i => (i * size, Math.Min(count, (i + 1) * size))).Where(part => part.Item1 < part.Item2);
    }
}
