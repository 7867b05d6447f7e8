using static TorchSharp.torch;

namespace GanKit.Metrics;

/// <summary>
/// Points with the squared distance from each to its k-th neighbour. Products in float32 find distances up to a known error; where that is
/// too much, they are computed again from the differences in float64, so that equal points are equally far from others.
/// </summary>
internal sealed class Balls
{
    /// <summary>Numbers in a block of distances.</summary>
    internal const long MostAtOnce = 1 << 22;

    /// <summary>Squared distances whose share of difference is below this are equal.</summary>
    internal const double Same = 1e-13;

    // Of the sum of two squared norms: above what products in float32 are off by.
    private const double SingleError = 1e-5;
    private const int MoreCandidates = 8;

    private Balls(Tensor points, Tensor centred)
    {
        (Points, Centred) = (points, centred);
        Norms = centred.square().sum(1);
        Radii = empty(0, ScalarType.Float64);
    }

    /// <summary>The points (N, F), of float64.</summary>
    internal Tensor Points { get; }

    /// <summary>The points around a common centre, of float32.</summary>
    internal Tensor Centred { get; }

    /// <summary>The squared norms (N) of <see cref="Centred"/>.</summary>
    internal Tensor Norms { get; }

    /// <summary>Squared radii (N), of float64.</summary>
    internal Tensor Radii { get; private set; }

    internal long Count => Points.shape[0];

    internal static int RequireNeighbour(int value) => value >= 1 ? value : throw new ArgumentOutOfRangeException(
        nameof(value), value, $"Neighbour is {value}, but must be at least 1.");

    internal static Balls Around(Tensor points, Tensor centre, int neighbour)
    {
        var wide = points.to(ScalarType.Float64);
        var balls = new Balls(wide, (wide - centre).to(ScalarType.Float32).contiguous());
        var step = Math.Max(1, MostAtOnce / balls.Count);
        var parts = new List<Tensor>();
        for (var start = 0L; start < balls.Count; start += step)
        {
            using var scope = NewDisposeScope();
            parts.Add(balls.RadiiOf(start, Math.Min(step, balls.Count - start), neighbour).MoveToOuterDisposeScope());
        }

        balls.Radii = cat(parts);
        return balls;
    }

    /// <summary>How far the squared distances of points with these squared norms may be off in float32.</summary>
    internal static Tensor Error(Tensor norms, Tensor others) => (norms + others).mul_(SingleError);

    /// <summary>Squared distances less the row's squared norm, of float32: (rows, other's count).</summary>
    internal Tensor Products(long start, long rows, Balls other) =>
        other.Norms.addmm(Centred.narrow(0, start, rows), other.Centred.t(), 1, -2);

    /// <summary>The squared distances of pairs, of float64.</summary>
    internal Tensor Exactly(Tensor rows, Balls other, Tensor columns)
    {
        var step = Math.Max(1, MostAtOnce / Points.shape[1]);
        var parts = new List<Tensor>();
        for (var start = 0L; start < rows.shape[0]; start += step)
        {
            using var scope = NewDisposeScope();
            var count = Math.Min(step, rows.shape[0] - start);
            var apart = Points.index_select(0, rows.narrow(0, start, count)) - other.Points.index_select(0, columns.narrow(0, start, count));
            parts.Add(apart.square().sum(1).MoveToOuterDisposeScope());
        }

        return parts.Count == 0 ? zeros([0], ScalarType.Float64, rows.device) : cat(parts);
    }

    private Tensor RadiiOf(long start, long rows, int neighbour)
    {
        var near = Products(start, rows, this); // (rows, N)
        var own = arange(start, start + rows, device: near.device);
        near.scatter_(1, own.view(-1, 1), full([rows, 1], double.NegativeInfinity, ScalarType.Float32, near.device));
        var wanted = Math.Min(Count, neighbour + 1 + MoreCandidates);
        var (values, columns) = near.topk((int)wanted, largest: false, sorted: true); // each point itself first
        var candidates = Exactly(own.repeat_interleave(wanted), this, columns.reshape(-1)).view(rows, wanted);
        var radii = candidates.sort(1).Values.select(1, neighbour);
        if (wanted == Count)
            return radii;
        var reach = values.select(1, wanted - 1).to(ScalarType.Float64) + Norms.narrow(0, start, rows);
        // A point that is no candidate and longer than the row and the reach together is out of reach anyway.
        var norms = Norms.narrow(0, start, rows).to(ScalarType.Float64);
        var longest = minimum((norms.sqrt() + reach.clamp_min(0).sqrt()).square(), Norms.max().to(ScalarType.Float64));
        foreach (var row in radii.gt(reach - Error(norms, longest)).nonzero().flatten().cpu().data<long>().ToArray())
        {
            using var scope = NewDisposeScope();
            var apart = (Points - Points.narrow(0, start + row, 1)).square().sum(1);
            radii[row] = apart.topk(neighbour + 1, largest: false).values[neighbour];
        }

        return radii;
    }
}
