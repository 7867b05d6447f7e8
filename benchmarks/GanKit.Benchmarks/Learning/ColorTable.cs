using GanKit.Data;
using static TorchSharp.torch;

namespace GanKit.Benchmarks.Learning;

/// <summary>
/// What colours the training pictures have where their grey copies have each of the 256 lumas: colouring that looks at
/// one pixel alone.
/// </summary>
internal sealed class ColorTable
{
    private readonly Tensor _mean; // (256, 3)
    private readonly Tensor _median; // (256, 3)
    private readonly Tensor _meanChroma; // (1, 3, 1, 1)

    private ColorTable(Tensor histogram)
    {
        var levels = arange(256, dtype: float64) / 127.5 - 1;
        var counts = histogram.sum(2); // (3, luma)
        var grey = levels.expand(3, 256);
        _mean = where(counts > 0, (histogram * levels).sum(2) / counts.clamp(min: 1), grey).t().to(float32);
        // the first value that half of the pixels do not exceed
        var half = (histogram.cumsum(2) < counts.unsqueeze(2) / 2).sum(2);
        _median = where(counts > 0, levels.index_select(0, half.clamp(max: 255).flatten()).view(3, 256), grey).t()
            .to(float32);
        _meanChroma = ((histogram * levels).sum([1, 2]) - (counts * levels).sum([1])).div(counts.sum([1])).view(1, 3, 1, 1)
            .to(float32);
    }

    /// <summary>
    /// Counts the colours of coloured pictures (<see cref="Batch.Real"/>) and of their grey copies
    /// (<see cref="Batch.Condition"/>).
    /// </summary>
    internal static ColorTable Of(Batches pictures)
    {
        var histogram = zeros(3, 256, 256, dtype: float64); // channel, luma, value
        foreach (var batch in pictures)
        {
            using var scope = NewDisposeScope();
            var lumas = Levels(batch.Condition!).flatten();
            var values = Levels(batch.Real);
            for (var channel = 0; channel < 3; channel++)
            {
                histogram[channel].add_(
                    (lumas * 256 + values.select(1, channel).flatten()).bincount(null, 65536).view(256, 256));
            }
        }

        return new(histogram);
    }

    /// <summary>Shifts each channel by how much brighter it is than the luma, on average over all pixels.</summary>
    internal Tensor AddMeanChroma(Tensor grey) => (grey + _meanChroma).clamp(-1, 1);

    /// <summary>Gives each pixel the mean colour of the training pixels of its luma.</summary>
    internal Tensor MeanOfLuma(Tensor grey) => Look(_mean, grey);

    /// <summary>
    /// Gives each channel of a pixel the median over the training pixels of its luma, which no table can beat on L1.
    /// </summary>
    internal Tensor MedianOfLuma(Tensor grey) => Look(_median, grey);

    private static Tensor Levels(Tensor pixels) => ((pixels + 1) * 127.5).round().to(int64).clamp(0, 255);

    private static Tensor Look(Tensor table, Tensor grey) =>
        table.index_select(0, Levels(grey).flatten()).view(grey.shape[0], grey.shape[2], grey.shape[3], 3)
            .permute(0, 3, 1, 2);
}
