using static TorchSharp.torch;

namespace GanKit.Metrics;

/// <summary>Which real and generated points lie in whose balls, counted a block of real points at a time.</summary>
internal sealed class BallCounts
{
    private readonly double[] _coveredAlone, _reachedAlone; // (M): real points that this generated point alone covers or reaches
    private readonly long _real;

    private BallCounts(Tensor perMade, long covered, long reached, Tensor coveredAlone, Tensor reachedAlone, long real, int neighbour)
    {
        _real = real;
        var made = perMade.shape[0];
        (_coveredAlone, _reachedAlone) = (coveredAlone.data<double>().ToArray(), reachedAlone.data<double>().ToArray());
        Precision = perMade.gt(0).sum().item<long>() / (double)made;
        Density = perMade.sum().item<double>() / neighbour / made;
        Coverage = covered / (double)real;
        Recall = reached / (double)real;
        DensityError = perMade.var(0, unbiased: made > 1).sqrt().item<double>() / neighbour / Math.Sqrt(made);
        Made = made;
    }

    internal double Precision { get; }

    internal double Recall { get; }

    internal double Density { get; }

    internal double Coverage { get; }

    private double DensityError { get; }

    private long Made { get; }

    /// <summary>Counts.</summary>
    /// <param name="reference">Real points (N, F).</param>
    /// <param name="generated">Generated points (M, F).</param>
    /// <param name="neighbour">k.</param>
    /// <param name="strict">Whether a ball's border is no part of it.</param>
    /// <param name="half">Whether everything is rounded to 16 bits.</param>
    internal static BallCounts Between(Tensor reference, Tensor generated, int neighbour, bool strict, bool half = false)
    {
        RequireRows(reference, generated, neighbour);
        using var scope = NewDisposeScope();
        using var quiet = no_grad();
        var (real, made) = (reference.detach(), generated.detach());
        if (half)
            (real, made) = (real.to(ScalarType.Float16), made.to(ScalarType.Float16));
        var centre = real.to(ScalarType.Float64).mean([0], keepdim: true);
        return Count(Balls.Around(real, centre, neighbour), Balls.Around(made, centre, neighbour), neighbour, strict, half);
    }

    internal IReadOnlyList<MetricResult> PrecisionAndRecall(MetricProtocol protocol) =>
    [
        new(Precision, LowerIsBetter: false, protocol with { Metric = "precision" })
        {
            Interval = ConfidenceInterval.OfShare(Precision, Made),
        },
        Jackknifed(Recall, _reachedAlone, protocol with { Metric = "recall" }),
    ];

    internal IReadOnlyList<MetricResult> DensityAndCoverage(MetricProtocol protocol) =>
    [
        new(Density, LowerIsBetter: false, protocol with { Metric = "density" })
        {
            Interval = ConfidenceInterval.Around(Density, DensityError, "normal", least: 0),
        },
        Jackknifed(Coverage, _coveredAlone, protocol with { Metric = "coverage" }),
    ];

    private static BallCounts Count(Balls real, Balls made, int neighbour, bool strict, bool half)
    {
        var perMade = zeros([made.Count], ScalarType.Float64, real.Points.device);
        var (coveredAlone, reachedAlone) = (zeros_like(perMade), zeros_like(perMade));
        var (covered, reached) = (0L, 0L);
        var step = Math.Max(1, Balls.MostAtOnce / made.Count);
        for (var start = 0L; start < real.Count; start += step)
        {
            using var scope = NewDisposeScope();
            var rows = Math.Min(step, real.Count - start);
            var norms = real.Norms.narrow(0, start, rows).view(-1, 1).to(ScalarType.Float64);
            var near = real.Products(start, rows, made); // (rows, M)
            var radii = real.Radii.narrow(0, start, rows).view(-1, 1);
            var error = Balls.Error(real.Norms.narrow(0, start, rows).max(), made.Norms); // (M): of the block's longest row
            Tensor inReal, inMade;
            if (half)
            {
                var distances = Half(near.to(ScalarType.Float64) + norms);
                (inReal, inMade) = (distances.le(Half(radii)), distances.le(Half(made.Radii)));
            }
            else
            {
                inReal = Inside(near, (radii - norms).to(ScalarType.Float32), radii.expand(rows, made.Count));
                inMade = Inside(near + norms.to(ScalarType.Float32), made.Radii.to(ScalarType.Float32), made.Radii.expand(rows, made.Count));
            }

            perMade.add_(inReal.sum([0]));
            covered += Alone(inReal, coveredAlone);
            reached += Alone(inMade, reachedAlone);

            Tensor Inside(Tensor values, Tensor limits, Tensor squaredRadii)
            {
                var inside = strict ? values.lt(limits) : values.le(limits);
                var unsure = (values - limits).abs_().lt(error).nonzero(); // (pairs, 2)
                if (unsure.shape[0] == 0)
                    return inside;
                var (row, column) = (unsure.select(1, 0), unsure.select(1, 1));
                var exact = real.Exactly(row.add(start), made, column);
                var limit = squaredRadii[row, column].Times(strict ? 1 - Balls.Same : 1 + Balls.Same);
                return inside.index_put_(strict ? exact.lt(limit) : exact.le(limit), row, column);
            }
        }

        return new(perMade.cpu(), covered, reached, coveredAlone.cpu(), reachedAlone.cpu(), real.Count, neighbour);
    }

    /// <summary>Real points in at least one ball; those in exactly one are added to that ball's count.</summary>
    private static long Alone(Tensor inside, Tensor counts)
    {
        var balls = inside.sum(1);
        var single = balls.eq(1).nonzero().flatten();
        if (single.shape[0] > 0)
        {
            var columns = inside.index_select(0, single).to(ScalarType.Byte).argmax(1);
            counts.add_(columns.bincount(null, counts.shape[0]));
        }

        return balls.gt(0).sum().item<long>();
    }

    private static Tensor Half(Tensor squared) => squared.clamp_min(0).sqrt().to(ScalarType.Float16).to(ScalarType.Float32);

    // Without a generated point, the real points are lost that it alone reached.
    private MetricResult Jackknifed(double share, double[] alone, MetricProtocol protocol)
    {
        var mean = alone.Average();
        var variance = alone.Sum(count => (count - mean) * (count - mean)) / _real / _real * (Made - 1) / Made;
        var around = ConfidenceInterval.Around(share, Math.Sqrt(variance), "jackknife", least: 0);
        return new(share, LowerIsBetter: false, protocol) { Interval = around with { High = Math.Min(1, around.High) } };
    }

    private static void RequireRows(Tensor reference, Tensor generated, int neighbour)
    {
        PairwiseKernel.RequireRows(reference, generated);
        using var scope = NewDisposeScope();
        if (!reference.isfinite().all().item<bool>() || !generated.isfinite().all().item<bool>())
            throw new ArgumentException("The features hold NaN or infinity, of which no measure says anything.", nameof(generated));
        var fewest = Math.Min(reference.shape[0], generated.shape[0]);
        if (fewest <= neighbour)
        {
            throw new ArgumentException(
                $"The neighbour number {neighbour} needs more than {neighbour} samples of each kind, but there are {reference.shape[0]} real "
                + $"and {generated.shape[0]} generated ones.", nameof(generated));
        }
    }
}
