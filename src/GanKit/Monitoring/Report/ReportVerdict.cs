using System.Globalization;

namespace GanKit.Monitoring;

/// <summary>How a run stands, in a sentence.</summary>
internal static class ReportVerdict
{
    /// <summary>The state of the run: where it is and when the report was written.</summary>
    internal static string State(ReportData data)
    {
        var of = data.PlannedStep is { } planned ? Invariant($" of {planned:N0}") : "";
        var state = data.State switch
        {
            ReportState.Running => Invariant($"Under way: step {data.Step:N0}{of}"),
            ReportState.Finished => Invariant($"Finished after step {data.Step:N0}"),
            _ => Invariant($"Ended early: step {data.Step:N0}{of}"),
        };
        return Invariant($"{state}. Written {data.Written.UtcDateTime:yyyy-MM-dd HH:mm:ss} UTC.");
    }

    /// <summary>The verdict: trouble, where there is some, then the best step by the first metric and how the last compares.</summary>
    internal static string Of(ReportData data)
    {
        var quality = Quality(data);
        return data.Events.LastOrDefault(entry => entry.Severity == TrainingEventSeverity.Error) is { } trouble
            ? Invariant($"{trouble.Title} at step {trouble.Step:N0}. {quality}")
            : quality;
    }

    /// <summary>The metric that names the best step.</summary>
    internal static Curve? Judge(ReportData data) => data.Metrics is [{ Best: not null } first, ..] ? first : null;

    private static string Quality(ReportData data)
    {
        if (Judge(data) is not { Best: { } best, Last: { } last } metric)
        {
            return data.Metrics is [var first, ..]
                ? $"No best step is known: {first.Name} was never a finite number."
                : "No best step is known: nothing measured how good the samples are.";
        }

        if (metric.Count == 1)
            return Invariant($"{metric.Name} was measured once, at step {best.Step:N0}: {Value(best)}.");
        if (best.Step == last.Step)
            return Invariant($"{metric.Name} is best at its last measurement, step {best.Step:N0}, with {Value(best)}: longer training may help.");
        var start = Invariant($"{metric.Name} was best at step {best.Step:N0} with {Value(best)}; at the last measurement, step {last.Step:N0}, it is {Value(last)}");
        return Clear(metric, best, last) switch
        {
            true => Invariant($"{start}, worse by more than both intervals: take the weights of step {best.Step:N0}."),
            false => Invariant($"{start}: no clear difference, as the intervals overlap."),
            null => Invariant($"{start}, without intervals that would say whether the difference is noise."),
        };
    }

    /// <summary>Whether two intervals are apart; nothing where one is missing.</summary>
    private static bool? Clear(Curve metric, CurvePoint best, CurvePoint last)
    {
        if (double.IsNaN(best.Low) || double.IsNaN(best.High) || double.IsNaN(last.Low) || double.IsNaN(last.High))
            return null;
        return metric.LowerIsBetter ? last.Low > best.High : last.High < best.Low;
    }

    private static string Value(CurvePoint point) => double.IsNaN(point.Low) || double.IsNaN(point.High)
        ? Invariant($"{point.Value:G4}")
        : Invariant($"{point.Value:G4} ({point.Low:G4} to {point.High:G4})");

    private static string Invariant(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
