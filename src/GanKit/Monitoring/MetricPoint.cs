namespace GanKit.Monitoring;

/// <summary>The value of a metric at a step of a run.</summary>
/// <param name="Step">The step after which it was measured.</param>
/// <param name="Name">The metric: <c>Frechet distance</c>. All points of a name are one curve.</param>
/// <param name="Value">The value; NaN where there is none.</param>
/// <param name="Low">The lower end of its interval, where one is known.</param>
/// <param name="High">The upper end of its interval, where one is known.</param>
/// <param name="LowerIsBetter">Whether a smaller value is better, as of distances; the same for all points of a name.</param>
public sealed record MetricPoint(
    long Step, string Name, double Value, double? Low = null, double? High = null, bool LowerIsBetter = true);
