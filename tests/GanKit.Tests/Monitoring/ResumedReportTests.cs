using GanKit.Tests.Training;

namespace GanKit.Tests.Monitoring;

public sealed class ResumedReportTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    private string Path => _folder.File("report.html");

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Fit_OfANewTrainerAtAnEarlierStep_GoesOnAndSetsTheRestAside()
    {
        var first = new FakeSource(step => new(step, "m", step, step - 1, step + 1, LowerIsBetter: false),
            step => step == 8 ? new(8, TrainingEventSeverity.Error, "Broken", "It broke.") : null);
        new FakeTrainer().Fit(20, stopAfter: 10, callbacks: [first, new TrainingReport(Path, every: 1) { Sources = [first], PreviewEvery = 2 }]);

        // As a source that is told its state: it has the points up to the step again.
        var second = new FakeSource(step => new(step, "m", 100 - step, LowerIsBetter: false));
        second.PointList.AddRange(first.PointList.Where(point => point.Step <= 6));
        var trainer = new FakeTrainer { StepCount = 6, Metrics = step => new() { ["discriminator"] = 1000 + step, ["new"] = 1 } };
        trainer.Fit(3, callbacks: [second, new TrainingReport(Path, every: 1) { Sources = [second], PreviewEvery = 2 }]);

        using var report = ReportFile.Read(Path);
        var curve = report.Logged("discriminator");
        Assert.Equal([1, 2, 3, 4, 5, 6, 1007, 1008, 1009], ReportFile.Numbers(curve, "values"));
        Assert.Equal([7, 8, 9, 10], ReportFile.Numbers(curve.GetProperty("left"), "steps"));
        Assert.Equal([7, 8, 9, 10], ReportFile.Numbers(curve.GetProperty("left"), "values"));
        Assert.Equal([7, 8, 9], ReportFile.Numbers(report.Logged("new"), "steps"));
        var metric = report.Metric("m");
        Assert.Equal([1, 2, 3, 4, 5, 6, 93, 92, 91], ReportFile.Numbers(metric, "values"));
        Assert.Equal([0, 1, 2, 3, 4, 5], ReportFile.Numbers(metric, "low").Take(6));
        Assert.False(metric.GetProperty("lowerIsBetter").GetBoolean());
        Assert.Equal(7, report.Root.GetProperty("best").GetProperty("step").GetInt64());
        Assert.Equal([0, 2, 4, 6, 8, 9], report.PictureSteps);
        Assert.Equal([(8, "warning", "Broken"), (6, "information", "Resumed")], report.Events.Select(entry => (entry.Step, entry.Severity, entry.Title)));
        Assert.Contains("step 10", report.Events[1].Text, StringComparison.Ordinal);
        Assert.StartsWith("m was best at step 7", report.Verdict, StringComparison.Ordinal);
        Assert.Equal([(0, 10), (6, 9)], report.Root.GetProperty("runs").EnumerateArray().Select(run => (run.GetProperty("from").GetInt32(), run.GetProperty("to").GetInt32())));
        Assert.Equal(["report.html"], _folder.FileNames());
    }

    [Fact]
    public void Fit_OfANewTrainerAtALaterStep_SaysWhatIsMissing()
    {
        new FakeTrainer().Fit(10, callbacks: [new TrainingReport(Path, every: 1)]);

        new FakeTrainer { StepCount = 1500 }.Fit(2, callbacks: [new TrainingReport(Path, every: 1)]);

        using var report = ReportFile.Read(Path);
        Assert.Equal([.. Enumerable.Range(1, 10), 1501, 1502], ReportFile.Numbers(report.Logged("discriminator"), "steps"));
        var resumed = Assert.Single(report.Events);
        Assert.Equal((1500, "Resumed"), (resumed.Step, resumed.Title));
        Assert.Contains("Of steps 11 to 1,500 there are no records", resumed.Text, StringComparison.Ordinal);
    }

    [Fact]
    public void Fit_AfterTwoResumes_KeepsBothBranchesApart()
    {
        Run(0, 10);
        Run(8, 4); // 9 to 12
        Run(11, 2);

        using var report = ReportFile.Read(Path);
        var left = report.Logged("discriminator").GetProperty("left");
        Assert.Equal([9, 10, 11, 12], ReportFile.Numbers(left, "steps"));
        Assert.Equal([0, 0, double.NaN, 8], ReportFile.Numbers(left, "values"));
        Assert.Equal([0, 0, 0, 0, 0, 0, 0, 0, 8, 8, 8, 11, 11], ReportFile.Numbers(report.Logged("discriminator"), "values"));

        void Run(long from, long steps) => new FakeTrainer { StepCount = from, Metrics = _ => new() { ["discriminator"] = from } }
            .Fit(steps, callbacks: [new TrainingReport(Path, every: 1)]);
    }

    [Fact]
    public void Fit_ThatGoesBackWithinARun_SetsTheRestAside()
    {
        var trainer = new FakeTrainer();
        var went = false;
        var rollback = TrainingCallback.Every(8, (_, _) => (trainer.StepCount, went) = (went ? trainer.StepCount : 5, true));

        trainer.Fit(10, callbacks: [new TrainingReport(Path, every: 1), rollback]);

        using var report = ReportFile.Read(Path);
        Assert.Equal([1, 2, 3, 4, 5, 6, 7], ReportFile.Numbers(report.Logged("discriminator"), "steps"));
        Assert.Equal([6, 7, 8], ReportFile.Numbers(report.Logged("discriminator").GetProperty("left"), "steps"));
        Assert.Equal([(5, "Went back")], report.Events.Select(entry => (entry.Step, entry.Title)));
        Assert.Equal(10, report.Root.GetProperty("runs")[0].GetProperty("steps").GetInt64());
    }

    [Fact]
    public void Fit_Again_GoesOnWithoutAnEvent()
    {
        var trainer = new FakeTrainer();
        var callback = new TrainingReport(Path, every: 1);

        trainer.Fit(3, callbacks: [callback]);
        trainer.Fit(2, callbacks: [callback]);

        using var report = ReportFile.Read(Path);
        Assert.Equal([1, 2, 3, 4, 5], ReportFile.Numbers(report.Logged("discriminator"), "values"));
        Assert.Empty(report.Events);
        Assert.Equal(2, report.Root.GetProperty("runs").GetArrayLength());
        Assert.Equal(["report.html"], _folder.FileNames());
    }

    [Fact]
    public void Fit_FromStep0_KeepsACopyOfAnOlderReport()
    {
        new FakeTrainer().Fit(3, callbacks: [new TrainingReport(Path, every: 1)]);
        var older = File.ReadAllText(Path);

        new FakeTrainer().Fit(1, callbacks: [new TrainingReport(Path, every: 1)]);

        using var report = ReportFile.Read(Path);
        Assert.Equal([1], ReportFile.Numbers(report.Logged("discriminator"), "values"));
        Assert.Equal(older, File.ReadAllText(_folder.File("report.1.html")));
    }

    [Theory]
    [InlineData(0, "<html>A page of the user's.</html>")]
    [InlineData(5, "<html>A page of the user's.</html>")]
    [InlineData(0, "")]
    [InlineData(5, "broken")]
    [InlineData(5, "newer")]
    [InlineData(5, "short")]
    public void Fit_OverAFileThatIsNoReport_LeavesIt(long step, string content)
    {
        new FakeTrainer().Fit(1, callbacks: [new TrainingReport(Path, every: 1)]);
        var page = File.ReadAllText(Path);
        content = content switch
        {
            "broken" => page.Replace("\"metrics\":[", "\"metrics\":", StringComparison.Ordinal),
            "newer" => page.Replace("{\"format\":1,", "{\"format\":2,", StringComparison.Ordinal),
            "short" => page[..page.IndexOf("\"metrics\"", StringComparison.Ordinal)],
            _ => content,
        };
        File.WriteAllText(Path, content);

        var error = Assert.Throws<InvalidDataException>(() => new FakeTrainer { StepCount = step }.Fit(1, callbacks: [new TrainingReport(Path)]));

        Assert.Contains(Path, error.Message, StringComparison.Ordinal);
        Assert.Contains("no training report", error.Message, StringComparison.Ordinal);
        Assert.Equal(content, File.ReadAllText(Path));
        Assert.Equal(["report.html"], _folder.FileNames());
    }

    [Fact]
    public void Resume_OfARealTrainer_GoesOnInTheFile()
    {
        using var whole = Tiny.Trainer(new TrainerOptions { Seed = 1 });
        whole.Fit(Tiny.Data(), steps: 4, callbacks: [new TrainingReport(Path, every: 1)]);
        using var state = whole.SaveState();

        using var other = Tiny.Trainer(new TrainerOptions { Seed = 2 });
        other.LoadState(state);
        other.Fit(Tiny.Data(), steps: 3, callbacks: [new TrainingReport(Path, every: 1)]);

        using var report = ReportFile.Read(Path);
        Assert.Equal([1, 2, 3, 4, 5, 6, 7], ReportFile.Numbers(report.Logged("discriminator"), "steps"));
        Assert.Equal([(4, "Resumed")], report.Events.Select(entry => (entry.Step, entry.Title)));
        var runs = report.Root.GetProperty("runs").EnumerateArray().ToArray();
        Assert.All(runs, run => Assert.InRange(run.GetProperty("training").GetDouble(), 1e-6, run.GetProperty("seconds").GetDouble()));
    }
}
