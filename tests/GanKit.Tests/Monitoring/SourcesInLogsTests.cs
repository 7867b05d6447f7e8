using System.Text.Json;

namespace GanKit.Tests.Monitoring;

public sealed class SourcesInLogsTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    private readonly FakeSource _source = new(
        step => step is 2 or 3 ? new(step, "distance", step + 0.5, step, step == 2 ? 3 : null) : null,
        step => step == 3 ? new(step, TrainingEventSeverity.Warning, "Slow", "It is \"slow\".") : null);

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void MetricsLog_OfJsonLines_HasMetricsAndEventsInTheStepsRecord()
    {
        new FakeTrainer().Fit(4, callbacks: [_source, new MetricsLog(_folder.File("log.jsonl"), every: 2) { Sources = [_source] }]);

        var lines = File.ReadLines(_folder.File("log.jsonl")).Select(line => JsonDocument.Parse(line).RootElement).ToArray();
        Assert.Equal([2, 3, 4], lines.Select(line => line.GetProperty("step").GetInt32()));
        Assert.Equal((2.5, 2, 3, 2), (lines[0].GetProperty("distance").GetDouble(), lines[0].GetProperty("distance/low").GetDouble(),
            lines[0].GetProperty("distance/high").GetDouble(), lines[0].GetProperty("discriminator").GetDouble()));
        Assert.False(lines[1].TryGetProperty("discriminator", out _));
        Assert.False(lines[1].TryGetProperty("distance/high", out _));
        var found = Assert.Single(lines[1].GetProperty("events").EnumerateArray());
        Assert.Equal(("warning", "Slow", "It is \"slow\"."),
            (found.GetProperty("severity").GetString(), found.GetProperty("title").GetString(), found.GetProperty("text").GetString()));
        Assert.False(lines[2].TryGetProperty("events", out _));
    }

    [Fact]
    public void MetricsLog_OfCsv_HasMetricsAsColumns()
    {
        new FakeTrainer().Fit(4, callbacks: [_source, new MetricsLog(_folder.File("log.csv"), every: 4) { Sources = [_source] }]);

        var rows = File.ReadLines(_folder.File("log.csv")).Select(line => line.Split(',')).ToArray();
        Assert.Equal(["step", "epoch", "time", "distance", "distance/low", "distance/high", "discriminator"], rows[0][..7]);
        Assert.Equal([["2", "2.5", "2", "3", ""], ["3", "3.5", "3", "", ""], ["4", "", "", "", "4"]], rows[1..].Select(row => (string[])[row[0], .. row[3..7]]));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void ConsoleProgress_PrintsEventsAsTheyCome(bool live)
    {
        var output = new StringWriter();

        new FakeTrainer().Fit(4, callbacks: [_source, new ConsoleProgress(output, live, TimeSpan.Zero, width: 40) { Sources = [_source] }]);

        var lines = output.ToString().Split(Environment.NewLine);
        var at = Array.IndexOf(lines, "Warning at step 3: Slow. It is \"slow\".");
        Assert.InRange(at, 1, lines.Length - 3);
        Assert.Contains("2/4", lines[at - 1], StringComparison.Ordinal);
        Assert.Contains("3/4", lines[at + 1], StringComparison.Ordinal);
    }

    [Fact]
    public void TensorBoardLog_HasMetricsAsScalarsAndEventsAsTexts()
    {
        new FakeTrainer().Fit(4, callbacks: [_source, new TensorBoardLog(_folder.File("runs"), every: 100) { Sources = [_source] }]);

        var events = EventFileReader.Read(Assert.Single(EventFileReader.Files(_folder.File("runs"))));
        var values = events.Skip(1).Where(read => read.Step < 4).Select(read => (read.Step, Value: Assert.Single(read.Summary.Value))).ToArray();
        Assert.Equal([(2, "distance", 2.5f), (2, "distance/low", 2), (2, "distance/high", 3), (3, "distance", 3.5f), (3, "distance/low", 3)],
            values.Where(value => value.Value.Tensor is null).Select(value => (value.Step, value.Value.Tag, value.Value.SimpleValue)));
        var (step, text) = Assert.Single(values, value => value.Value.Tensor is not null);
        Assert.Equal((3, "events/warning", "text"), (step, text.Tag, text.Metadata.PluginData.PluginName));
        Assert.Equal(7, (int)text.Tensor.Dtype); // DT_STRING
        Assert.Equal("**Slow** It is \"slow\".", Assert.Single(text.Tensor.StringVal).ToStringUtf8());
    }
}
