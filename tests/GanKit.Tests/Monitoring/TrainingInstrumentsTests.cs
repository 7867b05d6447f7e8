using System.Diagnostics.Metrics;
using GanKit.Tests.Training;
using OpenTelemetry;
using OpenTelemetry.Metrics;

namespace GanKit.Tests.Monitoring;

public sealed class TrainingInstrumentsTests
{
    [Fact]
    public void Fit_WithAListener_RecordsStepsLossesRatesAndSources()
    {
        using var listener = new Recorder();
        var source = new FakeSource(
            step => step == 4 ? new(step, "distance", 12.5, 12, 13) : null, step => step == 5 ? new(step, TrainingEventSeverity.Error, "Collapse", "") : null);
        var trainer = new FakeTrainer
        {
            LearningRates = new Dictionary<string, double> { ["generator"] = 0.25 },
            Duration = TimeSpan.FromSeconds(2),
            DataWait = TimeSpan.FromSeconds(0.5),
        };

        trainer.Fit(6, callbacks: [source, new TrainingInstruments(every: 3) { Sources = [source] }]);

        Assert.Equal(6, listener.Of("gankit.steps").Sum(entry => entry.Value));
        Assert.Equal(6 * 64, listener.Of("gankit.samples").Sum(entry => entry.Value));
        Assert.All(listener.Of("gankit.step.duration"), entry => Assert.Equal(2, entry.Value));
        Assert.Equal(6, listener.Of("gankit.data.wait").Count(entry => entry.Value == 0.5));
        Assert.Equal([("discriminator", 3), ("generator", -3), ("discriminator/adversarial", 3), ("discriminator", 6), ("generator", -6), ("discriminator/adversarial", 6)],
            listener.Of("gankit.loss").Select(entry => (entry.Tag("name"), entry.Value)));
        Assert.Equal([("D(x)", 0.5), ("D(x)", 0.5)], listener.Of("gankit.observation").Select(entry => (entry.Tag("name"), entry.Value)));
        Assert.Equal([("generator", 0.25), ("generator", 0.25)], listener.Of("gankit.learning_rate").Select(entry => (entry.Tag("name"), entry.Value)));
        Assert.Equal([("distance", 12.5)], listener.Of("gankit.metric").Select(entry => (entry.Tag("name"), entry.Value)));
        var collapse = Assert.Single(listener.Of("gankit.events"));
        Assert.Equal(("error", "Collapse", 1), (collapse.Tag("severity"), collapse.Tag("title"), collapse.Value));
        Assert.All(listener.Meters, meter => Assert.Equal((TrainingInstruments.MeterName, GanKitInfo.Collect().Version), meter));
    }

    [Fact]
    public void Fit_WithoutAListener_ReadsNothingFromTheDevice()
    {
        var trainer = new FakeTrainer();

        trainer.Fit(10, callbacks: [new TrainingInstruments(every: 1)]);

        Assert.Empty(trainer.FetchedSteps);
    }

    [Fact]
    public void Fit_WithAnOpenTelemetryExporter_ExportsTheInstruments()
    {
        var exported = new List<Metric>();
        using var provider = Sdk.CreateMeterProviderBuilder().AddMeter(TrainingInstruments.MeterName).AddInMemoryExporter(exported).Build();
        using var trainer = Tiny.Trainer();

        trainer.Fit(Tiny.Data(), steps: 4, callbacks: [new TrainingInstruments(every: 2)]);

        provider.ForceFlush();
        Assert.Equal(["gankit.data.wait", "gankit.learning_rate", "gankit.loss", "gankit.observation", "gankit.samples", "gankit.step.duration", "gankit.steps"],
            exported.Select(metric => metric.Name).Order(StringComparer.Ordinal));
        Assert.Equal(4, Points("gankit.steps").Single().GetSumLong());
        Assert.Equal(40, Points("gankit.samples").Single().GetSumLong());
        var duration = Points("gankit.step.duration").Single();
        Assert.Equal(4, duration.GetHistogramCount());
        Assert.InRange(duration.GetHistogramSum(), 1e-6, 60);
        Assert.Equal("s", exported.Single(metric => metric.Name == "gankit.step.duration").Unit);
        Assert.Contains(Points("gankit.loss"), point => Tag(point, "name") == "generator" && double.IsFinite(point.GetGaugeLastValueDouble()));
        Assert.All(Points("gankit.learning_rate"), point => Assert.Equal(2e-4, point.GetGaugeLastValueDouble()));

        List<OpenTelemetry.Metrics.MetricPoint> Points(string name)
        {
            var points = new List<OpenTelemetry.Metrics.MetricPoint>();
            foreach (ref readonly var point in exported.Single(metric => metric.Name == name).GetMetricPoints())
                points.Add(point);
            return points;
        }

        static string? Tag(OpenTelemetry.Metrics.MetricPoint point, string name)
        {
            foreach (var tag in point.Tags)
            {
                if (tag.Key == name)
                    return (string?)tag.Value;
            }

            return null;
        }
    }

    [Fact]
    public void Constructor_WithAFactory_MakesItsMeterThere()
    {
        using var factory = new Factory();
        using var listener = new Recorder();

        new FakeTrainer().Fit(2, callbacks: [new TrainingInstruments(meterFactory: factory)]);

        Assert.Equal(TrainingInstruments.MeterName, Assert.Single(factory.Meters).Name);
        Assert.Equal(2, listener.Of("gankit.steps").Count());
    }

    private sealed record Entry(string Instrument, double Value, KeyValuePair<string, object?>[] Tags)
    {
        internal string Tag(string name) => (string)Tags.Single(tag => tag.Key == name).Value!;
    }

    private sealed class Recorder : IDisposable
    {
        private readonly MeterListener _listener = new();
        private readonly List<Entry> _entries = [];

        internal Recorder()
        {
            _listener.InstrumentPublished = (instrument, listener) =>
            {
                if (instrument.Meter.Name != TrainingInstruments.MeterName)
                    return;
                Meters.Add((instrument.Meter.Name, instrument.Meter.Version));
                listener.EnableMeasurementEvents(instrument);
            };
            _listener.SetMeasurementEventCallback<long>((instrument, value, tags, _) => _entries.Add(new(instrument.Name, value, tags.ToArray())));
            _listener.SetMeasurementEventCallback<double>((instrument, value, tags, _) => _entries.Add(new(instrument.Name, value, tags.ToArray())));
            _listener.Start();
        }

        internal List<(string, string?)> Meters { get; } = [];

        internal IEnumerable<Entry> Of(string instrument) => _entries.Where(entry => entry.Instrument == instrument);

        public void Dispose() => _listener.Dispose();
    }

    private sealed class Factory : IMeterFactory
    {
        internal List<Meter> Meters { get; } = [];

        public Meter Create(MeterOptions options)
        {
            Meters.Add(new(options));
            return Meters[^1];
        }

        public void Dispose() => Meters.ForEach(meter => meter.Dispose());
    }
}
