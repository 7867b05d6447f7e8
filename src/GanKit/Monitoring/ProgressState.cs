namespace GanKit;

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
