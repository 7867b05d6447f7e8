using GanKit.Tests.Training;
using Tensorboard;

namespace GanKit.Tests.Monitoring;

/// <summary>Learning rates are where the metrics are.</summary>
public sealed class LearningRateTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Fit_WithASchedule_LogsTheRatesOfEachStep()
    {
        var output = new StringWriter();
        var seen = new List<(double Generator, double Discriminator)>();
        using var trainer = Tiny.Trainer(new TrainerOptions
        {
            GeneratorLearningRate = 1e-3,
            Schedule = LearningRateSchedule.Step(every: 2, gamma: 0.5, ScheduleUnit.Steps),
        });
        Assert.Equal((1e-3, 2e-4), (trainer.LearningRates["generator"], trainer.LearningRates["discriminator"]));

        trainer.Fit(Tiny.Data(), steps: 4, callbacks:
        [
            new MetricsLog(_folder.File("log.csv"), every: 1), new TensorBoardLog(_folder.File("runs"), every: 1),
            new ConsoleProgress(output, live: false, interval: TimeSpan.Zero),
            TrainingCallback.Every(1, (trainer, _) => seen.Add((trainer.LearningRates["generator"], trainer.LearningRates["discriminator"]))),
        ]);

        double[] expected = [1e-3, 1e-3, 5e-4, 5e-4];
        Assert.Equal(expected.Select(rate => (rate, rate / 5)), seen);
        var rows = File.ReadAllLines(_folder.File("log.csv")).Select(row => row.Split(',')).ToArray();
        Assert.Equal(expected, rows.Skip(1).Select(row => double.Parse(
            row[Array.IndexOf(rows[0], "learning_rate/generator")], System.Globalization.CultureInfo.InvariantCulture)));
        Assert.Equal(expected.Select(rate => (float)(rate / 5)), EventFileReader.Read(Directory.GetFiles(_folder.File("runs")).Single())
            .Select(read => read.Summary?.Value[0]).OfType<Summary.Types.Value>().Where(value => value.Tag == "learning_rate/discriminator")
            .Select(value => value.SimpleValue));
        var lines = output.ToString().Split('\n');
        Assert.Contains("lr 1E-3/2E-4", lines[0], StringComparison.Ordinal);
        Assert.Contains("lr 5E-4/1E-4", lines[3], StringComparison.Ordinal);
    }

    [Fact]
    public void LearningRates_OfGroups_HaveTheirNumbers()
    {
        using var trainer = Tiny.Trainer(new TrainerOptions
        {
            Optimizer = (parameters, rate) => Optimizers.Adam(
            [
                new TorchSharp.Modules.Adam.ParamGroup { Parameters = parameters.Take(2) },
                new TorchSharp.Modules.Adam.ParamGroup { Parameters = parameters.Skip(2), Options = new() { LearningRate = 0.5 } },
            ], rate),
        });
        Assert.Equal(["generator/0", "generator/1", "discriminator/0", "discriminator/1"], trainer.LearningRates.Keys);
        Assert.Equal([2e-4, 0.5, 2e-4, 0.5], trainer.LearningRates.Values);
        Assert.Equal(2e-4, trainer.Options.LearningRate);
    }

    /// <summary>Where they do not change, a line has no place for them.</summary>
    [Fact]
    public void ConsoleProgress_ConstantRates_AreNotShown()
    {
        var output = new StringWriter();
        var trainer = new FakeTrainer { LearningRates = new Dictionary<string, double> { ["generator"] = 1 } };
        trainer.Fit(3, callbacks: new ConsoleProgress(output, live: false, interval: TimeSpan.Zero));
        Assert.DoesNotContain("lr ", output.ToString(), StringComparison.Ordinal);
    }
}
