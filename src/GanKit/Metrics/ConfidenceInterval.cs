namespace GanKit.Metrics;

/// <summary>Between which numbers a measure's expected value lies, at the same number of samples, with a stated probability.</summary>
/// <remarks>
/// It covers the chance of which samples were generated. The reference is taken as it is: what another data set would give, or how a
/// measure's value depends on the number of samples, is no part of it. Immutable.
/// </remarks>
/// <param name="Low">The lower end.</param>
/// <param name="High">The upper end.</param>
/// <param name="Level">The probability, such as 0.95.</param>
/// <param name="Method">How it was found, such as "jackknife" or "splits".</param>
public sealed record ConfidenceInterval(double Low, double High, double Level, string Method)
{
    private const double Usual = 0.95, Normal = 1.959963984540054; // the quantile of 97.5 %

    /// <summary>Whether it holds a number.</summary>
    /// <param name="value">The number.</param>
    public bool Contains(double value) => value >= Low && value <= High;

    /// <summary>Of a value whose errors are normal: plus and minus 1.96 standard errors.</summary>
    internal static ConfidenceInterval Around(double value, double standardError, string method, double least = double.NegativeInfinity) =>
        new(Math.Max(least, value - Normal * standardError), value + Normal * standardError, Usual, method);

    /// <summary>Of the mean of a few independent values: Student's t, by Cornish and Fisher's expansion.</summary>
    internal static ConfidenceInterval? OfMean(IReadOnlyList<double> values, string method, double? around = null)
    {
        if (values.Count < 4 || !values.All(double.IsFinite))
            return null;
        var (mean, freedom) = (values.Average(), values.Count - 1.0);
        var error = Math.Sqrt(values.Sum(value => (value - mean) * (value - mean)) / freedom / values.Count);
        const double z = Normal, z3 = z * z * z, z5 = z3 * z * z, z7 = z5 * z * z;
        var t = z + (z3 + z) / (4 * freedom) + (5 * z5 + 16 * z3 + 3 * z) / (96 * freedom * freedom)
            + (3 * z7 + 19 * z5 + 17 * z3 - 15 * z) / (384 * freedom * freedom * freedom);
        var centre = around ?? mean;
        return new(centre - t * error, centre + t * error, Usual, method);
    }

    /// <summary>Of a share of independent samples: Wilson, Probable Inference, JASA 22, 1927.</summary>
    internal static ConfidenceInterval OfShare(double share, long count)
    {
        const double z2 = Normal * Normal;
        var centre = (share + z2 / (2 * count)) / (1 + z2 / count);
        var half = Normal / (1 + z2 / count) * Math.Sqrt(share * (1 - share) / count + z2 / (4.0 * count * count));
        return new(Math.Max(0, centre - half), Math.Min(1, centre + half), Usual, "Wilson");
    }
}
