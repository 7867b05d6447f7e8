using GanKit.Tests.Training;

namespace GanKit.Tests.Monitoring;

/// <summary>A run that ends before its plan does leaves its last step in all logs, whatever ended it.</summary>
public sealed class StoppedRunTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("asked", 13)]
    [InlineData("cancelled", 13)]
    [InlineData("failed", 13)]
    [InlineData("diverged", 14)] // the step that is found to be no number any more is the last
    public void Fit_ThatEndsEarly_LogsItsLastStep(string end, long last)
    {
        using var cancel = new CancellationTokenSource();
        using var trainer = Tiny.Trainer(new() { FiniteCheckInterval = 1 });
        var console = new StringWriter();
        var run = () => trainer.Fit(Tiny.Data(), steps: 40, cancellationToken: cancel.Token, callbacks:
        [
            new MetricsLog(_folder.File("log.csv"), every: 10),
            new MetricsLog(_folder.File("log.jsonl"), every: 10),
            new TensorBoardLog(_folder.File("runs"), every: 10),
            new ConsoleProgress(console, interval: TimeSpan.FromDays(1)),
            TrainingCallback.Every(13, (_, _) => End()),
        ]);

        var error = Record.Exception(run);

        Assert.Equal(end switch { "asked" => null, "cancelled" => typeof(OperationCanceledException), "failed" => typeof(NotImplementedException), _ => typeof(TrainingDivergedException) },
            error?.GetType());
        var rows = File.ReadAllLines(_folder.File("log.csv"));
        Assert.Equal(["10", $"{last}"], rows.Skip(1).Select(row => row.Split(',')[0]));
        Assert.Equal(end == "diverged", rows[^1].Contains("NaN", StringComparison.Ordinal));
        Assert.Equal(2, File.ReadLines(_folder.File("log.jsonl")).Count());
        var events = EventFileReader.Read(Assert.Single(Directory.GetFiles(_folder.File("runs"))));
        Assert.Equal(last, events[^1].Step);
        var lines = console.ToString().TrimEnd().Split(Environment.NewLine);
        Assert.StartsWith($"step {last}/40", lines[^2], StringComparison.Ordinal);
        Assert.StartsWith($"Stopped after {last} of 40 steps", lines[^1], StringComparison.Ordinal);

        void End()
        {
            switch (end)
            {
                case "asked":
                    trainer.RequestStop();
                    break;
                case "cancelled":
                    cancel.Cancel();
                    break;
                case "failed":
                    throw new NotImplementedException();
                default:
                    using (no_grad())
                        trainer.Generator.parameters().First().fill_(double.NaN);
                    break;
            }
        }
    }

    [Fact]
    public void Fit_ThatMakesNoStep_LogsNoneOfAnEarlierRun()
    {
        using var trainer = Tiny.Trainer();
        trainer.Fit(Tiny.Data(), steps: 3);
        using var cancelled = new CancellationTokenSource();
        cancelled.Cancel();
        Assert.Throws<OperationCanceledException>(() => trainer.Fit(Tiny.Data(), steps: 3, cancellationToken: cancelled.Token, callbacks:
            [new MetricsLog(_folder.File("log.csv"))]));
        Assert.Equal(["step,epoch,time"], File.ReadAllLines(_folder.File("log.csv")));
    }
}
