using System.Globalization;

namespace GanKit;

/// <summary>Words for the progress of a run.</summary>
internal static class ProgressText
{
    private const int BarWidth = 20;

    /// <summary>One line that fits the width, without what no longer does.</summary>
    internal static string Live(ProgressState state, int width)
    {
        var bar = state.Plan.TotalSteps is { } total ? [Bar((double)state.Done / total)] : Array.Empty<string>();
        string[] parts = [EpochOf(state), .. bar, StepsOf(state), .. PaceOf(state), .. ValuesOf(state)];
        var line = parts[0];
        foreach (var part in parts.Skip(1))
        {
            // The terminal's last column stays free: some wrap the line as soon as it is taken.
            if (line.Length + 2 + part.Length >= width)
                break;
            line += "  " + part;
        }

        return line;
    }

    /// <summary>One line for a file.</summary>
    internal static string Plain(ProgressState state)
    {
        var share = state.Plan.TotalSteps is { } total ? Invariant($" ({100.0 * state.Done / total:F0} %)") : "";
        return string.Join(", ", [$"step {StepsOf(state)}{share}", EpochOf(state), .. ValuesOf(state), .. PaceOf(state)]);
    }

    /// <summary>The last line.</summary>
    internal static string End(ProgressState state) =>
        state.Plan.TotalSteps is { } total && state.Done < total
            ? Invariant($"Stopped after {state.Done:N0} of {total:N0} steps in {Time(state.Elapsed)}.")
            : Invariant($"Trained {state.Done:N0} steps in {Time(state.Elapsed)}.");

    private static string EpochOf(ProgressState state) => state.Plan.Epochs is { } epochs
        ? Invariant($"epoch {state.EpochOfPlan}/{epochs}")
        : Invariant($"epoch {state.Epoch}");

    private static string StepsOf(ProgressState state) => state.Plan.TotalSteps is { } total
        ? Invariant($"{state.Done:N0}/{total:N0}")
        : Invariant($"{state.Done:N0}");

    private static IEnumerable<string> PaceOf(ProgressState state)
    {
        if (state.SamplesPerSecond is { } rate)
            yield return rate < 10 ? Invariant($"{rate:F1} images/s") : Invariant($"{rate:N0} images/s");
        if (state.Left is { } left)
            yield return $"{Time(left)} left";
    }

    private static IEnumerable<string> ValuesOf(ProgressState state) =>
        state.Values.Select(value => Math.Abs(value.Value) < 1000 ? Invariant($"{value.Label} {value.Value:F3}")
            : Invariant($"{value.Label} {value.Value:G4}"))
        .Concat(state.Rates is { } rates ? [$"lr {rates}"] : Array.Empty<string>());

    private static string Bar(double share)
    {
        var full = (int)(BarWidth * Math.Clamp(share, 0, 1));
        return $"[{new string('#', full)}{new string('.', BarWidth - full)}]";
    }

    private static string Time(TimeSpan time) => time.TotalHours >= 1
        ? Invariant($"{(long)time.TotalHours}:{time.Minutes:D2}:{time.Seconds:D2}")
        : Invariant($"{time.Minutes}:{time.Seconds:D2}");

    private static string Invariant(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
