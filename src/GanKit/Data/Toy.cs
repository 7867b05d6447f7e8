using static TorchSharp.torch;

namespace GanKit.Data;

/// <summary>Mixtures of Gaussians in the plane, whose modes can be counted: the usual test of mode collapse.</summary>
public static class Toy
{
    /// <summary>The standard deviation of each of the eight Gaussians: 0.02.</summary>
    public const double EightGaussiansSigma = 0.02;

    /// <summary>The distance of the eight Gaussians' centres from the origin: 2.</summary>
    public const double EightGaussiansRadius = 2;

    /// <summary>The standard deviation of each of the twenty-five Gaussians: 0.05.</summary>
    public const double TwentyFiveGaussiansSigma = 0.05;

    /// <summary>The distance between neighbouring centres of the twenty-five Gaussians: 2.</summary>
    public const double TwentyFiveGaussiansSpacing = 2;

    /// <summary>
    /// Draws from eight equally likely Gaussians of standard deviation 0.02, evenly spread on a circle of radius 2
    /// around the origin, the first at (2, 0) (Metz et al., "Unrolled Generative Adversarial Networks", ICLR 2017).
    /// </summary>
    /// <param name="count">How many samples, at least 1.</param>
    /// <param name="seed">The same seed gives the same samples; 0 by default.</param>
    /// <returns>A tensor (count, 2) of 32-bit floats on the CPU that belongs to the current dispose scope.</returns>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="count"/> is less than 1.</exception>
    public static Tensor EightGaussians(long count, long seed = 0) => Draw(count, seed, Ring(), EightGaussiansSigma);

    /// <summary>The centres of <see cref="EightGaussians"/>.</summary>
    /// <returns>A tensor (8, 2) of 32-bit floats that belongs to the current dispose scope.</returns>
    public static Tensor EightGaussiansCentres() => Centres(Ring());

    /// <summary>
    /// Draws from twenty-five equally likely Gaussians of standard deviation 0.05, on a 5 x 5 grid with coordinates
    /// -4, -2, 0, 2 and 4 (Srivastava et al., "VEEGAN", NeurIPS 2017).
    /// </summary>
    /// <param name="count">How many samples, at least 1.</param>
    /// <param name="seed">The same seed gives the same samples; 0 by default.</param>
    /// <returns>A tensor (count, 2) of 32-bit floats on the CPU that belongs to the current dispose scope.</returns>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="count"/> is less than 1.</exception>
    public static Tensor TwentyFiveGaussians(long count, long seed = 0) =>
        Draw(count, seed, Grid(), TwentyFiveGaussiansSigma);

    /// <summary>The centres of <see cref="TwentyFiveGaussians"/>, row after row from the lowest y.</summary>
    /// <returns>A tensor (25, 2) of 32-bit floats that belongs to the current dispose scope.</returns>
    public static Tensor TwentyFiveGaussiansCentres() => Centres(Grid());

    private static (double X, double Y)[] Ring() =>
        [.. from i in Enumerable.Range(0, 8)
            let angle = i * Math.PI / 4
            select (EightGaussiansRadius * Math.Cos(angle), EightGaussiansRadius * Math.Sin(angle))];

    private static (double X, double Y)[] Grid() =>
        [.. from row in Enumerable.Range(-2, 5)
            from column in Enumerable.Range(-2, 5)
            select (TwentyFiveGaussiansSpacing * column, TwentyFiveGaussiansSpacing * row)];

    private static Tensor Centres((double X, double Y)[] centres) =>
        tensor(centres.SelectMany(c => new[] { (float)c.X, (float)c.Y }).ToArray(), [centres.Length, 2]);

    private static Tensor Draw(long count, long seed, (double X, double Y)[] centres, double sigma)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(count, 1);
        var random = new SeededRandom(seed);
        var points = new float[count * 2];
        for (var i = 0L; i < count; i++)
        {
            var (x, y) = centres[random.Next(centres.Length)];
            var (dx, dy) = random.NextNormals();
            points[2 * i] = (float)(x + sigma * dx);
            points[2 * i + 1] = (float)(y + sigma * dy);
        }

        return tensor(points, [count, 2]);
    }
}
