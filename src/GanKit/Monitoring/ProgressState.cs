using System.Globalization;

namespace GanKit.Monitoring;

/// <summary>How far a run is, how fast, and the values it last showed.</summary>
internal sealed class ProgressState(long stepsBefore, FitPlan plan, TimeProvider time)
{
    private const double Memory = 15; // Seconds after which a rate's past weighs 1/e.

    private readonly long _begun = time.GetTimestamp();
    private readonly Dictionary<string, double> _values = [];
    private long? _mark; // When the counts since then were begun.
    private long _samplesSince;
    private long _stepsSince;
    private double _seconds;
    private double _samples;
    private double _steps;
    private long? _epochBefore;

    internal FitPlan Plan => plan;

    internal long Done { get; private set; }

    internal long Epoch { get; private set; }

    internal bool IsLast => Done == plan.TotalSteps;

    internal TimeSpan Elapsed => time.GetElapsedTime(_begun);

    internal TimeSpan SinceShown => _shown is { } shown ? time.GetElapsedTime(shown) : TimeSpan.MaxValue;

    internal double? SamplesPerSecond => _seconds > 0 ? _samples / _seconds : null;

    internal TimeSpan? Left => _steps > 0 && _seconds > 0 && plan.TotalSteps is { } total
        ? TimeSpan.FromSeconds(Math.Min((total - Done) * _seconds / _steps, TimeSpan.MaxValue.TotalSeconds / 2))
        : null;

    /// <summary>The values to show: both losses, then what is observed, without the terms of the losses.</summary>
    internal IEnumerable<(string Label, double Value)> Values =>
        from value in _values
        where !value.Key.StartsWith("discriminator/", StringComparison.Ordinal) && !value.Key.StartsWith(
            "generator/", StringComparison.Ordinal)
        let rank = value.Key switch { "discriminator" => 0, "generator" => 1, _ => 2 }
        orderby rank
        select (value.Key switch { "discriminator" => "D", "generator" => "G", var other => other }, value.Value);

    private long? _shown;

    internal void Count(StepResult step)
    {
        _epochBefore ??= step.Epoch - 1;
        Done = step.Step - stepsBefore;
        Epoch = step.Epoch;
        if (_mark is null)
        {
            _mark = time.GetTimestamp();
            return;
        }

        _samplesSince += step.Samples;
        _stepsSince++;
    }

    /// <summary>
    /// The epoch within this run, where the plan knows how many there are; else since the trainer was made.
    /// </summary>
    internal long EpochOfPlan => plan.Epochs is null ? Epoch : Epoch - (_epochBefore ?? 0);

    /// <summary>The learning rates in words, where they are shown: one where all are the same.</summary>
    internal string? Rates { get; private set; }

    internal void Show(StepResult step, bool showRates = false)
    {
        Rates = showRates ? string.Join("/", step.LearningRates.Values.Distinct().Select(
            rate => rate.ToString("0.##E+0", System.Globalization.CultureInfo.InvariantCulture))) : null;
        foreach (var (name, value) in step.Metrics)
            _values[name] = value;
        _shown = time.GetTimestamp();
        if (_stepsSince == 0)
            return;

        var seconds = time.GetElapsedTime(_mark!.Value).TotalSeconds;
        var kept = Math.Exp(-seconds / Memory);
        _seconds = _seconds * kept + seconds;
        _samples = _samples * kept + _samplesSince;
        _steps = _steps * kept + _stepsSince;
        (_mark, _samplesSince, _stepsSince) = (_shown, 0, 0);
    }
}

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
