using static TorchSharp.torch;

namespace GanKit.Metrics;

/// <summary>How many modes of data with known modes a generator makes, and how evenly: what mode collapse loses.</summary>
/// <remarks>
/// A sample of a Gaussian mixture is of high quality if it lies within three standard deviations of its nearest centre; a mode is covered if
/// such a sample is nearest to it (Srivastava, Valkov, Russell, Gutmann, Sutton: VEEGAN, NeurIPS 2017). Of data with classes, a class is
/// covered if a classifier finds a sample of it. The divergence is <c>sum of p ln(p / q)</c>, of the modes' shares p among generated samples
/// from those expected, q. Immutable.
/// </remarks>
/// <param name="Covered">The modes that were found.</param>
/// <param name="Modes">The modes there are.</param>
/// <param name="HighQuality">The share of samples near a mode; 1 for classes.</param>
/// <param name="Divergence">
/// The Kullback-Leibler divergence of the modes' shares, counted by the nearest mode of high-quality samples: 0 at best; infinite where a
/// mode appears that is not expected; NaN where there is no such sample.
/// </param>
public sealed record ModeCoverage(int Covered, int Modes, double HighQuality, double Divergence)
{
    /// <summary>The coverage of a mixture of equally likely Gaussians.</summary>
    /// <param name="samples">Samples (N, D).</param>
    /// <param name="centres">The modes' centres (M, D), such as <see cref="Toy.EightGaussiansCentres"/>.</param>
    /// <param name="sigma">Their standard deviation, such as <see cref="Toy.EightGaussiansSigma"/>.</param>
    /// <param name="reach">How many standard deviations a sample may be away; 3 by default.</param>
    /// <exception cref="ArgumentException">Shapes do not fit, or there are no samples.</exception>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="sigma"/> or <paramref name="reach"/> is not above 0.</exception>
    /// <example><code>ModeCoverage.OfGaussians(trainer.Sample(2_500), Toy.EightGaussiansCentres(), Toy.EightGaussiansSigma)</code></example>
    public static ModeCoverage OfGaussians(Tensor samples, Tensor centres, double sigma, double reach = 3)
    {
        ArgumentNullException.ThrowIfNull(samples);
        ArgumentNullException.ThrowIfNull(centres);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(sigma);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(reach);
        if (samples.dim() != 2 || centres.dim() != 2 || samples.shape[1] != centres.shape[1] || samples.numel() == 0 || centres.numel() == 0)
        {
            throw new ArgumentException(
                $"Samples must be (N, D) and centres (M, D), but have shapes {samples.Describe()} and {centres.Describe()}.", nameof(samples));
        }

        using var scope = NewDisposeScope();
        var (points, modes) = (samples.detach().to(ScalarType.Float64), centres.to(samples.device).to(ScalarType.Float64));
        var (distances, nearest) = (points.unsqueeze(1) - modes.unsqueeze(0)).square().sum(2).min(1); // (N)
        var near = nearest.masked_select(distances.le(reach * sigma * reach * sigma));
        var counts = near.bincount(null, modes.shape[0]).cpu().data<long>().ToArray();
        return Of(counts, samples.shape[0], null);
    }

    /// <summary>The coverage of classes that a classifier found.</summary>
    /// <param name="labels">A class for each sample: (N) of int64, from 0.</param>
    /// <param name="classes">How many classes there are, at least 1.</param>
    /// <param name="expected">Labels (M) of real samples, whose shares are those to expect; equal shares by default.</param>
    /// <exception cref="ArgumentException">Labels are of another shape or type, empty, or out of range.</exception>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="classes"/> is below 1.</exception>
    public static ModeCoverage OfClasses(Tensor labels, long classes, Tensor? expected = null)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(classes, 1);
        return Of(Count(labels, classes), labels.shape[0], expected is null ? null : Count(expected, classes));
    }

    private static long[] Count(Tensor labels, long classes)
    {
        ArgumentNullException.ThrowIfNull(labels);
        using var scope = NewDisposeScope();
        if (labels.dim() != 1 || labels.numel() == 0 || labels.dtype != ScalarType.Int64 || labels.min().item<long>() < 0
            || labels.max().item<long>() >= classes)
        {
            throw new ArgumentException(
                $"Labels must be (N) of int64, from 0 to {classes - 1}, but have shape {labels.Describe()} and type {labels.dtype}, or others "
                + "among them.", nameof(labels));
        }

        return labels.detach().bincount(null, classes).cpu().data<long>().ToArray();
    }

    private static ModeCoverage Of(long[] counts, long samples, long[]? expected)
    {
        var (found, awaited) = ((double)counts.Sum(), (double?)expected?.Sum());
        var divergence = found == 0 ? double.NaN : counts.Select((count, mode) => count == 0 ? 0 : count / found * Math.Log(
            count / found / (expected is null ? 1.0 / counts.Length : expected[mode] / awaited!.Value))).Sum();
        return new(counts.Count(count => count > 0), counts.Length, found / samples, divergence);
    }
}
