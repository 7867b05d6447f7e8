namespace GanKit.Monitoring;

/// <summary>One point of a curve, which may stand for several steps: their mean and range, or a metric's value with its interval.</summary>
/// <param name="Step">The last of the steps.</param>
/// <param name="Value">The value, or the mean of those that are finite.</param>
/// <param name="Low">The least, or the lower end of the interval; NaN where there is none.</param>
/// <param name="High">The largest, or the upper end; NaN where there is none.</param>
/// <param name="Count">How many values it stands for.</param>
internal readonly record struct CurvePoint(long Step, double Value, double Low, double High, long Count)
{
    internal static CurvePoint Of(long step, double value) => new(step, value, double.NaN, double.NaN, 1);

    /// <summary>One point for two. What is not finite counts only where nothing else is there.</summary>
    internal CurvePoint With(CurvePoint later)
    {
        if (!double.IsFinite(later.Value))
            return this with { Step = later.Step, Count = Count + later.Count };
        if (!double.IsFinite(Value))
            return later with { Count = Count + later.Count };
        return new(
            later.Step,
            Value + (later.Value - Value) * ((double)later.Count / (Count + later.Count)),
            Math.Min(Or(Low, Value), Or(later.Low, later.Value)),
            Math.Max(Or(High, Value), Or(later.High, later.Value)),
            Count + later.Count);
    }

    private static double Or(double end, double value) => double.IsNaN(end) ? value : end;
}
