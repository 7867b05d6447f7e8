using TorchSharp;
using static TorchSharp.torch;

namespace GanKit.Metrics;

/// <summary>
/// What measures need of a set of features, taken batch by batch: mean and covariance in float64, whose memory does not grow with the number
/// of samples, and the first features themselves as far as asked for.
/// </summary>
/// <remarks>
/// Means and covariances of batches are joined by Chan, Golub and LeVeque's formula (Updating Formulae and a Pairwise Algorithm for Computing
/// Sample Variances, 1979), which loses no digits to a large mean. They are kept on the device of the first features, and features themselves on
/// the CPU. With F features a covariance takes 8 F² bytes, 34 MB at 2,048. One thread at a time may use it; it owns its tensors.
/// </remarks>
/// <example>
/// <code>
/// using var generated = new FeatureStatistics(extractor.FeatureSize, keep: 10_000);
/// generated.Add(extractor.Extract(images));
/// </code>
/// </example>
public sealed class FeatureStatistics : IDisposable
{
    private const long MostRowsAtOnce = 4096;

    private readonly KeptRows _features, _logits;
    private readonly float[] _singleSum;
    private Tensor? _mean, _scatter; // (F), (F, F): the sum of squared deviations
    private long _taken; // samples that are in both; either all, or none yet

    /// <summary>Statistics of no features yet.</summary>
    /// <param name="featureSize">F, the numbers in a feature vector, at least 1.</param>
    /// <param name="keep">
    /// How many of the first features to keep, with their logits, for measures that compare samples one by one; 0 by default. As long as all
    /// are kept and are fewer than F, the Fréchet distance is faster and exact.
    /// </param>
    /// <param name="origin">What they are of; results state it.</param>
    /// <param name="covariance">Whether the covariance will be asked for, which takes 8 F² bytes; yes.</param>
    /// <exception cref="ArgumentOutOfRangeException">A number is too small.</exception>
    public FeatureStatistics(long featureSize, long keep = 0, FeatureOrigin? origin = null, bool covariance = true)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(featureSize, 1);
        ArgumentOutOfRangeException.ThrowIfNegative(keep);
        (FeatureSize, HasCovariance) = (featureSize, covariance);
        Origin = origin ?? new();
        (_features, _logits) = (new(keep), new(keep));
        _singleSum = new float[featureSize];
    }

    /// <summary>F, the numbers in a feature vector.</summary>
    public long FeatureSize { get; }

    /// <summary>N, the samples so far.</summary>
    public long Count { get; private set; }

    /// <summary>What the features are of.</summary>
    public FeatureOrigin Origin { get; }

    /// <summary>How many of the first features are kept.</summary>
    public long KeptCount => _features.Count;

    internal bool HasCovariance { get; }

    /// <summary>Whether every sample is kept.</summary>
    public bool KeepsAll => KeptCount == Count;

    /// <summary>The kept features (K, F), or null where none are kept. They belong to this object.</summary>
    public Tensor? Features => _features.All();

    /// <summary>The kept logits (K, classes), or null where none were given. They belong to this object.</summary>
    public Tensor? Logits => _logits.All();

    /// <summary>How many features may be kept.</summary>
    internal long Keep => _features.Most;

    /// <summary>Whether features are of 32 bits, in which some tools take their mean.</summary>
    internal bool IsSingle { get; private set; } = true;

    internal ReadOnlySpan<float> SingleSum => _singleSum;

    /// <summary>Statistics of features at hand, all of which are kept.</summary>
    /// <param name="features">Features (N, F), at least 1.</param>
    /// <param name="origin">What they are of.</param>
    /// <returns>The caller's to dispose.</returns>
    /// <exception cref="ArgumentException">As for <see cref="Add"/>.</exception>
    public static FeatureStatistics Of(Tensor features, FeatureOrigin? origin = null)
    {
        ArgumentNullException.ThrowIfNull(features);
        if (features.dim() != 2 || features.numel() == 0)
            throw new ArgumentException($"Features must be (N, F), but have shape {features.Describe()}.", nameof(features));
        var statistics = new FeatureStatistics(features.shape[1], features.shape[0], origin);
        statistics.Add(features);
        return statistics;
    }

    /// <summary>Takes the features of a batch; the tensors stay the caller's.</summary>
    /// <param name="features">Features (B, F) of a floating-point type.</param>
    /// <param name="logits">Their logits (B, K), for measures that need classes; for all batches or none.</param>
    /// <exception cref="ArgumentException">A shape is another, or a number is NaN or infinite; nothing was added.</exception>
    public void Add(Tensor features, Tensor? logits = null)
    {
        ArgumentNullException.ThrowIfNull(features);
        RequireFinite(features, FeatureSize, "Features");
        if (logits is not null)
            RequireLogits(features, logits);
        if (Count > 0 && Keep > 0 && logits is null != (_logits.Count == 0))
            throw new ArgumentException("Logits must be given with all batches or with none.", nameof(logits));

        using var scope = NewDisposeScope();
        using var quiet = no_grad();
        features = features.detach();
        _mean ??= zeros([FeatureSize], ScalarType.Float64, features.device).DetachFromDisposeScope();
        IsSingle &= features.dtype != ScalarType.Float64;
        features = features.to(_mean.device);
        AddToSingleSum(features);
        // As long as all are kept and few, the covariance would be larger than they are: it waits until it is asked for.
        var few = KeepsAll && Count + features.shape[0] <= Math.Min(Keep, FeatureSize);
        if (!few)
        {
            TakeWaiting();
            AddToMoments(features);
        }

        Count += features.shape[0];
        _features.Add(features);
        if (logits is not null)
            _logits.Add(logits.detach());
    }

    /// <summary>The mean (F), of float64; the caller's to dispose.</summary>
    /// <exception cref="InvalidOperationException">There are no samples.</exception>
    public Tensor Mean()
    {
        TakeWaiting();
        return Require(1, _mean).clone();
    }

    /// <summary>The covariance (F, F), of float64; the caller's to dispose.</summary>
    /// <param name="removedDegrees">1 divides by N - 1, 0 by N.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="removedDegrees"/> is neither.</exception>
    /// <exception cref="InvalidOperationException">There are too few samples.</exception>
    public Tensor Covariance(int removedDegrees = 1)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(removedDegrees);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(removedDegrees, 1);
        TakeWaiting();
        using var scope = NewDisposeScope();
        var upper = Require(1 + removedDegrees, _scatter).triu();
        return (upper + upper.triu(1).t()).Over(Count - removedDegrees).MoveToOuterDisposeScope();
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _mean?.Dispose();
        _scatter?.Dispose();
        _features.Dispose();
        _logits.Dispose();
    }

    /// <summary>Takes over what a file holds.</summary>
    internal void Restore(long count, Tensor mean, Tensor? scatter, Tensor singleSum, bool isSingle, Tensor? kept, Tensor? logits)
    {
        (Count, _taken, IsSingle) = (count, count, isSingle);
        (_mean, _scatter) = (mean.clone().DetachFromDisposeScope(), scatter?.clone().DetachFromDisposeScope());
        singleSum.data<float>().ToArray().CopyTo(_singleSum, 0);
        if (kept is not null)
            _features.Add(kept);
        if (logits is not null)
            _logits.Add(logits);
    }

    private T Require<T>(int least, T? value) => !HasCovariance && least > 1 ? throw new InvalidOperationException(
        "These statistics were made with covariance: false.") : value is not null && Count >= least ? value : throw new InvalidOperationException(
        $"This needs at least {Words.Count(least, "sample")}, but there {(Count == 1 ? "is" : "are")} {Count}.");

    private static void RequireFinite(Tensor rows, long size, string what)
    {
        if (rows.dim() != 2 || rows.shape[0] == 0 || rows.shape[1] != size || !rows.is_floating_point())
        {
            throw new ArgumentException(
                $"{what} must be (B, {size}) of a floating-point type, but have shape {rows.Describe()} and type {rows.dtype}.", nameof(rows));
        }

        using var scope = NewDisposeScope();
        if (!rows.isfinite().all().item<bool>())
            throw new ArgumentException($"{what} of this batch hold NaN or infinity, of which no measure says anything.", nameof(rows));
    }

    private void RequireLogits(Tensor features, Tensor logits)
    {
        if (logits.dim() != 2 || logits.shape[0] != features.shape[0])
        {
            throw new ArgumentException(
                $"Logits must be ({features.shape[0]}, classes), a row for each of the features, but have shape {logits.Describe()}.",
                nameof(logits));
        }

        RequireFinite(logits, _logits.Count > 0 ? _logits.Columns : logits.shape[1], "Logits");
    }

    private void TakeWaiting()
    {
        if (_taken == Count)
            return;
        using var scope = NewDisposeScope();
        using var quiet = no_grad();
        AddToMoments(Features!.to(_mean!.device)); // from the CPU
    }

    private void AddToMoments(Tensor features)
    {
        for (var start = 0L; start < features.shape[0]; start += MostRowsAtOnce)
        {
            using var scope = NewDisposeScope();
            var wide = features.narrow(0, start, Math.Min(MostRowsAtOnce, features.shape[0] - start)).to(ScalarType.Float64); // (B, F)
            var mean = wide.mean([0]);
            var centred = wide - mean;
            var apart = mean - _mean!;
            var (before, more) = ((double)_taken, (double)wide.shape[0]);
            using Scalar weight = before * more / (before + more), share = more / (before + more);
            if (HasCovariance)
            {
                _scatter ??= zeros([FeatureSize, FeatureSize], ScalarType.Float64, _mean!.device).DetachFromDisposeScope();
                FrechetFactors.AddToUpperTriangle(_scatter, centred);
                _scatter.add_(apart.outer(apart), weight);
            }

            _mean!.add_(apart, share);
            _taken += wide.shape[0];
        }
    }

    // Row after row, as NumPy sums columns in 32 bits.
    private void AddToSingleSum(Tensor features)
    {
        if (!IsSingle)
            return;
        var rows = features.to(ScalarType.Float32).cpu().contiguous();
        var start = rows.StartOfFloats();
        for (var row = 0L; row < rows.shape[0]; row++)
        {
            var values = TensorBytes.Floats(start, row * FeatureSize, _singleSum.Length);
            var sums = _singleSum.AsSpan();
            for (var i = 0; i < sums.Length; i++)
                sums[i] += values[i];
        }

        GC.KeepAlive(rows);
    }
}
