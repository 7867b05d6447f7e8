using static TorchSharp.torch;

namespace GanKit.Monitoring;

/// <summary>Measures of what a trainer's generator makes.</summary>
public static class TrainerMeasures
{
    /// <summary>Measures samples of the generator, made a batch at a time.</summary>
    /// <param name="trainer">The trainer; its running random state is left alone.</param>
    /// <param name="evaluation">What to measure, against which real images.</param>
    /// <param name="count">How many samples, at least 2; 10,000 by default. Compare equal numbers alone.</param>
    /// <param name="averaged">Use the averaged generator where the trainer keeps one.</param>
    /// <param name="seed">The seed of the latents: batch i is drawn from a mixture of the seed and i. 0 by default.</param>
    /// <param name="batchSize">Samples made at once; 64 by default.</param>
    /// <returns>The results of all measures, in their order.</returns>
    /// <exception cref="ArgumentOutOfRangeException">A number is too small.</exception>
    /// <exception cref="NotSupportedException">The objective's generator needs more than random numbers.</exception>
    /// <example><code>trainer.Measure(evaluation, 10_000)[0].Value</code></example>
    public static IReadOnlyList<MetricResult> Measure(
        this ITrainer trainer, Evaluation evaluation, long count = 10_000, bool averaged = true, long seed = 0, long batchSize = 64)
    {
        ArgumentNullException.ThrowIfNull(trainer);
        ArgumentNullException.ThrowIfNull(evaluation);
        ArgumentOutOfRangeException.ThrowIfLessThan(count, 2);
        ArgumentOutOfRangeException.ThrowIfLessThan(batchSize, 1);
        return evaluation.Measure(Batches(), seed);

        IEnumerable<Tensor> Batches()
        {
            for (var (start, batch) = (0L, 0L); start < count; start += batchSize, batch++)
            {
                using var samples = trainer.Sample(Math.Min(batchSize, count - start), averaged, Mixed(seed, batch));
                yield return samples;
            }
        }
    }

    // SplitMix64 (Steele et al. 2014), so that the batches of neighbouring seeds share no samples.
    private static long Mixed(long seed, long batch)
    {
        var mixed = unchecked((ulong)seed * 0xBF58476D1CE4E5B9 + (ulong)(batch + 1) * 0x9E3779B97F4A7C15);
        mixed = (mixed ^ (mixed >> 30)) * 0xBF58476D1CE4E5B9;
        mixed = (mixed ^ (mixed >> 27)) * 0x94D049BB133111EB;
        return (long)((mixed ^ (mixed >> 31)) >> 1);
    }
}
