using static TorchSharp.torch;

namespace GanKit.Monitoring;

/// <summary>The logits of some samples, on the processor.</summary>
internal sealed class LogitStatistics
{
    private readonly double[] _all; // a logit for each patch
    private readonly double[] _samples; // their mean for each sample, in order of size

    private LogitStatistics(double[] all, double[] samples) => (_all, _samples) = (all, samples);

    /// <summary>The mean logit.</summary>
    internal double Mean => _samples.Length == 0 ? double.NaN : _samples.Average();

    /// <summary>Whether all are numbers.</summary>
    internal bool IsFinite => _all.All(double.IsFinite);

    /// <summary>Reads logits (B, K) of several batches.</summary>
    internal static LogitStatistics Of(IEnumerable<Tensor> batches)
    {
        using var scope = NewDisposeScope();
        double[][] rows = [.. batches.Select(logits => logits.cpu().to(float64).contiguous()).SelectMany(
            logits => logits.data<double>().ToArray().Chunk((int)logits.shape[1]))];
        return new([.. rows.SelectMany(row => row)], [.. rows.Select(row => row.Average()).Order()]);
    }

    /// <summary>The logit between real and generated for a loss that has one; NaN where only differences count, or the loss is not known.</summary>
    internal static double Boundary(IAdversarialLoss loss) => loss switch
    {
        NonSaturatingLoss or MinimaxLoss or HingeLoss => 0, // the log-odds of even chances, and the hinge's middle
        LeastSquaresLoss => 0.5, // between its labels
        _ => double.NaN,
    };

    /// <summary>The share of logits above a boundary.</summary>
    internal double ShareAbove(double boundary) => _all.Length == 0 ? double.NaN : _all.Count(logit => logit > boundary) / (double)_all.Length;

    /// <summary>How probable it is that a sample of these gets more than one of the others, ties as half (Mann and Whitney): 0.5 where no difference is seen.</summary>
    internal double RankAbove(LogitStatistics others)
    {
        if (_samples.Length == 0 || others._samples.Length == 0 || !IsFinite || !others.IsFinite)
            return double.NaN;
        var wins = 0.0;
        var (below, through) = (0, 0); // of the others
        foreach (var sample in _samples)
        {
            while (below < others._samples.Length && others._samples[below] < sample)
                below++;
            through = Math.Max(through, below);
            while (through < others._samples.Length && others._samples[through] <= sample)
                through++;
            wins += below + (through - below) / 2.0;
        }

        return wins / ((double)_samples.Length * others._samples.Length);
    }
}
