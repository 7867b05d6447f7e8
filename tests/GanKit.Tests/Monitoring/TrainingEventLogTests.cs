using Microsoft.Extensions.Logging;

#pragma warning disable CA1848, CA1873 // the guide's way to log, which is no hot path

namespace GanKit.Tests.Monitoring;

public sealed class TrainingEventLogTests
{
    [Fact]
    public void Fit_WithALogger_WritesEntriesWithTheirLevelAndParts()
    {
        var logger = new Recorder();
        var source = new FakeSource(
            step => step == 2 ? new(step, "distance", 12.345678, 12, 13) : null,
            step => step == 3 ? new(step, TrainingEventSeverity.Error, "Mode collapse", "All samples are alike.") : null);
        var trainer = new FakeTrainer { Warnings = ["It is odd."] };

        trainer.Fit(4, callbacks: [source, new TrainingEventLog(entry => logger.Log(
            (LogLevel)entry.Severity, "Step {Step}: {Title}. {Text}", entry.Step, entry.Title, entry.Text), every: 4) { Sources = [source] }]);

        Assert.Equal(
        [
            (LogLevel.Information, "Step 0: Training begins. 4 steps on cpu."),
            (LogLevel.Warning, "Step 1: Warning of the trainer. It is odd."),
            (LogLevel.Information, "Step 2: distance. 12.35 (12 to 13)."),
            (LogLevel.Error, "Step 3: Mode collapse. All samples are alike."),
            (LogLevel.Information, "Step 4: Progress. discriminator 4, generator -4, discriminator/adversarial 4, D(x) 0.5."),
            (LogLevel.Information, "Step 4: Training ends. After step 4."),
        ], logger.Lines);
        Assert.Equal((3L, "Mode collapse"), (logger.Values[3]["Step"], logger.Values[3]["Title"]));
    }

    [Fact]
    public void Fit_OfARunThatGoesOn_LeavesOutWhatWasSaidBefore()
    {
        var logger = new Recorder();
        var source = new FakeSource(step => new(step, "m", step));
        source.PointList.AddRange([new(1, "m", 1), new(2, "m", 2)]);

        new FakeTrainer { StepCount = 2 }.Fit(1, callbacks: [source, new TrainingEventLog(entry => logger.Log((LogLevel)entry.Severity, "{Title} {Text}", entry.Title, entry.Text)) { Sources = [source] }]);

        Assert.Equal(["Training begins 1 steps on cpu.", "m 3.", "Training ends After step 3."], logger.Lines.Select(line => line.Text));
    }

    private sealed class Recorder : ILogger
    {
        internal List<(LogLevel Level, string Text)> Lines { get; } = [];

        internal List<Dictionary<string, object?>> Values { get; } = [];

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            Lines.Add((logLevel, formatter(state, exception)));
            Values.Add(((IEnumerable<KeyValuePair<string, object?>>)state!).ToDictionary());
        }
    }
}
