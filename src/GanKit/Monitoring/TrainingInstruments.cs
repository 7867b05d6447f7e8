using System.Diagnostics.Metrics;

namespace GanKit.Monitoring;

/// <summary>Publishes a run as instruments of <c>System.Diagnostics.Metrics</c>, which OpenTelemetry, dotnet-counters and others read.</summary>
/// <remarks>
/// <para>The meter is <see cref="MeterName"/>. Its instruments are counters <c>gankit.steps</c> and <c>gankit.samples</c>; histograms
/// <c>gankit.step.duration</c> and <c>gankit.data.wait</c>, in seconds; gauges <c>gankit.loss</c> (tag <c>name</c>: <c>discriminator</c>,
/// <c>generator</c> and their terms), <c>gankit.observation</c> (all else that a step logs, such as <c>D(x)</c>), <c>gankit.learning_rate</c> and, of
/// the sources, <c>gankit.metric</c> (tag <c>name</c>); and the counter <c>gankit.events</c> (tags <c>severity</c> and <c>title</c>).</para>
/// <para>Losses and observations are read from the device every N steps, and only while something listens to them.</para>
/// </remarks>
/// <example>
/// <code>
/// using var provider = Sdk.CreateMeterProviderBuilder().AddMeter(TrainingInstruments.MeterName).AddOtlpExporter().Build();
/// trainer.Fit(data, epochs: 10, callbacks: [new TrainingInstruments()]);
/// </code>
/// </example>
public sealed class TrainingInstruments : TrainingCallback
{
    /// <summary>The meter's name: <c>GanKit</c>.</summary>
    public const string MeterName = "GanKit";

    private static readonly Meter Shared = new(MeterName, BackendVersions.VersionOf(typeof(TrainingInstruments).Assembly));

    private readonly RecordSchedule _schedule;
    private readonly Counter<long> _steps, _samples, _events;
    private readonly Histogram<double> _duration, _wait;
    private readonly Gauge<double> _loss, _observation, _rate, _metric;
    private SourceReader _sources = new([]);

    /// <summary>Prepares the instruments.</summary>
    /// <param name="every">Steps between two records of losses, observations and learning rates, at least 1; 50 by default.</param>
    /// <param name="meterFactory">Makes the meter, as dependency injection offers it; by default it is one for the process.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="every"/> is below 1.</exception>
    public TrainingInstruments(long every = 50, IMeterFactory? meterFactory = null)
    {
        _schedule = new RecordSchedule(every);
        var meter = meterFactory?.Create(new MeterOptions(MeterName) { Version = Shared.Version }) ?? Shared;
        _steps = meter.CreateCounter<long>("gankit.steps", "{step}", "Training steps.");
        _samples = meter.CreateCounter<long>("gankit.samples", "{sample}", "Real samples that steps consumed.");
        _events = meter.CreateCounter<long>("gankit.events", "{event}", "Events of sources.");
        _duration = meter.CreateHistogram<double>("gankit.step.duration", "s", "How long a step took on the thread that trains.");
        _wait = meter.CreateHistogram<double>("gankit.data.wait", "s", "How long a step waited for its batch.");
        _loss = meter.CreateGauge<double>("gankit.loss", description: "Total losses and their terms.");
        _observation = meter.CreateGauge<double>("gankit.observation", description: "What steps log beside losses.");
        _rate = meter.CreateGauge<double>("gankit.learning_rate", description: "Learning rates.");
        _metric = meter.CreateGauge<double>("gankit.metric", description: "Metrics of sources.");
    }

    /// <summary>Parts that measure and watch the run; none by default.</summary>
    public IReadOnlyList<IReportSource> Sources { get; init => field = Given.NotNull(value); } = [];

    /// <inheritdoc/>
    public override void OnFitStart(ITrainer trainer, FitPlan plan)
    {
        ArgumentNullException.ThrowIfNull(trainer);
        ArgumentNullException.ThrowIfNull(plan);
        _schedule.Start(trainer, plan);
        _sources = SourceReader.After(trainer.StepCount, Sources);
    }

    /// <inheritdoc/>
    public override void OnStep(ITrainer trainer, StepResult step)
    {
        ArgumentNullException.ThrowIfNull(step);
        _steps.Add(1);
        _samples.Add(step.Samples);
        _duration.Record(step.Duration.TotalSeconds);
        _wait.Record(step.DataWait.TotalSeconds);
        if (_schedule.IsDue(step))
            RecordMetrics(step);

        RecordSources();
    }

    /// <inheritdoc/>
    public override void OnFitEnd(ITrainer trainer)
    {
        ArgumentNullException.ThrowIfNull(trainer);
        if (_schedule.Rest(trainer) is { } last)
            RecordMetrics(last);
        RecordSources();
    }

    private void RecordMetrics(StepResult step)
    {
        foreach (var (name, rate) in step.LearningRates)
            _rate.Record(rate, Named(name));
        if (!_loss.Enabled && !_observation.Enabled)
            return;
        foreach (var (name, value) in step.Metrics)
        {
            var isLoss = name is "discriminator" or "generator" || name.StartsWith("discriminator/", StringComparison.Ordinal)
                || name.StartsWith("generator/", StringComparison.Ordinal);
            (isLoss ? _loss : _observation).Record(value, Named(name));
        }
    }

    private void RecordSources()
    {
        foreach (var point in _sources.NewPoints())
            _metric.Record(point.Value, Named(point.Name));
        foreach (var found in _sources.NewEvents())
            _events.Add(1, new("severity", found.Severity.ToString().ToLowerInvariant()), new("title", found.Title));
    }

    private static KeyValuePair<string, object?> Named(string name) => new("name", name);
}
