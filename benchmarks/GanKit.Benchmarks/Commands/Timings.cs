using System.Diagnostics;

namespace GanKit.Benchmarks;

/// <summary>How long each of many equal pieces of work took, in milliseconds.</summary>
internal sealed class Timings
{
    private readonly double[] _sorted;

    internal Timings(IEnumerable<double> milliseconds) => _sorted = [.. milliseconds.Order()];

    internal double Min => _sorted[0];

    internal double Max => _sorted[^1];

    internal double Median => Quantile(0.5);

    /// <summary>The time that this share of the pieces did not exceed, interpolated between neighbours.</summary>
    internal double Quantile(double share)
    {
        var place = share * (_sorted.Length - 1);
        var below = (int)place;
        var above = Math.Min(below + 1, _sorted.Length - 1);
        return double.Lerp(_sorted[below], _sorted[above], place - below);
    }

    internal static Timings Of(Action work, int times) => new(Enumerable.Range(0, times).Select(_ => Once(work)).ToArray());

    internal static double Once(Action work)
    {
        var started = Stopwatch.GetTimestamp();
        work();
        return Stopwatch.GetElapsedTime(started).TotalMilliseconds;
    }
}
