using System.Globalization;

namespace GanKit.Metrics;

/// <summary>A measured number, how it was measured, and how sure it is.</summary>
/// <remarks>Immutable.</remarks>
/// <param name="Value">The number.</param>
/// <param name="LowerIsBetter">Whether a smaller number means better samples.</param>
/// <param name="Protocol">How it was measured.</param>
public sealed record MetricResult(double Value, bool LowerIsBetter, MetricProtocol Protocol)
{
    /// <summary>The measure's name, such as "frechet".</summary>
    public string Name => Protocol.Metric;

    /// <summary>Where its expected value lies with 95 %, or null where that can't be said.</summary>
    public ConfidenceInterval? Interval { get; init; }

    /// <summary>The deviation that tools report beside some measures, over subsets or splits; null where there is none.</summary>
    public double? Deviation { get; init; }

    /// <summary>Whether this number is better than another of the same protocol. NaN is worse than any number.</summary>
    /// <param name="other">The other one.</param>
    /// <exception cref="InvalidOperationException">The protocols differ; the message names the difference.</exception>
    public bool IsBetterThan(MetricResult other)
    {
        ArgumentNullException.ThrowIfNull(other);
        if (Protocol.DifferenceFrom(other.Protocol) is { } difference)
        {
            throw new InvalidOperationException(
                $"Two results of {Name} that were not measured alike can't be compared: {difference}. Measure both in the same way.");
        }

        return double.IsNaN(other.Value) ? !double.IsNaN(Value) : LowerIsBetter ? Value < other.Value : Value > other.Value;
    }

    /// <summary>Such as "frechet 12.31 (11.90 to 12.72)".</summary>
    public override string ToString()
    {
        var text = string.Create(CultureInfo.InvariantCulture, $"{Name} {Value:G5}");
        if (Deviation is { } deviation)
            text += string.Create(CultureInfo.InvariantCulture, $" ± {deviation:G3}");
        return Interval is null ? text : text + string.Create(CultureInfo.InvariantCulture, $" ({Interval.Low:G5} to {Interval.High:G5})");
    }
}
