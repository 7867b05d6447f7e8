using static TorchSharp.torch;

namespace GanKit.Monitoring;

/// <summary>Generated samples beside real ones, by the distances of all pairs.</summary>
/// <remarks>
/// The distance of two distributions is the coefficient H = (2 E|X - Y| - E|X - X'| - E|Y - Y'|) / (2 E|X - Y|) of Székely and Rizzo
/// ("Energy statistics", 2013): 0 where they are the same, at most 1. All means are of different pairs alone, so that the number of samples
/// does not shift it; the errors are the jackknife's.
/// </remarks>
/// <param name="Distance">H.</param>
/// <param name="DistanceError">Its standard error.</param>
/// <param name="Diversity">The mean distance of two generated samples as a share of that of two real ones.</param>
/// <param name="DiversityError">Its standard error.</param>
internal readonly record struct SampleComparison(double Distance, double DistanceError, double Diversity, double DiversityError)
{
    private const long FewestSamples = 4; // of either kind, for means and errors

    /// <summary>Neither is known.</summary>
    internal static SampleComparison Unknown { get; } = new(double.NaN, double.NaN, double.NaN, double.NaN);

    /// <summary>Compares rows (N, F) with rows (M, F).</summary>
    internal static SampleComparison Of(Tensor real, Tensor fake)
    {
        if (real.shape[0] < FewestSamples || fake.shape[0] < FewestSamples)
            return Unknown;
        using var scope = NewDisposeScope();
        using var quiet = no_grad();
        var middle = real.mean([0], keepdim: true);
        (real, fake) = (real - middle, fake - middle); // near the origin little is lost by rounding
        var across = cdist(real, fake);
        var sums = cat([Sums(cdist(real, real), 1), Sums(cdist(fake, fake), 1), Sums(across, 1), Sums(across, 0)]).cpu().data<double>().ToArray();
        var (n, m) = ((int)real.shape[0], (int)fake.shape[0]);
        return new Means(sums.AsSpan(0, n), sums.AsSpan(n, m), sums.AsSpan(n + m, n), sums.AsSpan(2 * n + m, m)).Compare();

        static Tensor Sums(Tensor distances, long along) => distances.sum([along]).cpu().to(float64);
    }

    /// <summary>The sums of each sample's distances: real to real, fake to fake, real to fakes and fake to reals.</summary>
    private readonly ref struct Means(Span<double> reals, Span<double> fakes, Span<double> realsToFakes, Span<double> fakesToReals)
    {
        private readonly Span<double> _reals = reals, _fakes = fakes, _realsToFakes = realsToFakes, _fakesToReals = fakesToReals;

        internal SampleComparison Compare()
        {
            double n = _reals.Length, m = _fakes.Length;
            var (realSum, fakeSum, acrossSum) = (Sum(_reals), Sum(_fakes), Sum(_realsToFakes));
            var (distance, diversity) = Ratios(realSum / (n * (n - 1)), fakeSum / (m * (m - 1)), acrossSum / (n * m));
            var (distances, diversities) = (new double[_reals.Length + _fakes.Length], new double[_reals.Length + _fakes.Length]);
            for (var i = 0; i < _reals.Length; i++)
            {
                (distances[i], diversities[i]) = Ratios(
                    (realSum - 2 * _reals[i]) / ((n - 1) * (n - 2)), fakeSum / (m * (m - 1)), (acrossSum - _realsToFakes[i]) / ((n - 1) * m));
            }

            for (var i = 0; i < _fakes.Length; i++)
            {
                (distances[_reals.Length + i], diversities[_reals.Length + i]) = Ratios(
                    realSum / (n * (n - 1)), (fakeSum - 2 * _fakes[i]) / ((m - 1) * (m - 2)), (acrossSum - _fakesToReals[i]) / (n * (m - 1)));
            }

            return new(distance, Error(distances, _reals.Length), diversity, Error(diversities, _reals.Length));
        }

        private static (double Distance, double Diversity) Ratios(double real, double fake, double across) =>
            (across > 0 ? (2 * across - real - fake) / (2 * across) : 0, fake / real);

        private static double Sum(ReadOnlySpan<double> values)
        {
            var sum = 0.0;
            foreach (var value in values)
                sum += value;
            return sum;
        }

        // The jackknife of two samples: the variances that leaving one out of either shows, added up.
        private static double Error(double[] without, int reals) => Math.Sqrt(Spread(without.AsSpan(0, reals)) + Spread(without.AsSpan(reals)));

        private static double Spread(ReadOnlySpan<double> values)
        {
            var mean = Sum(values) / values.Length;
            var squares = 0.0;
            foreach (var value in values)
                squares += (value - mean) * (value - mean);
            return squares * (values.Length - 1) / values.Length;
        }
    }
}
