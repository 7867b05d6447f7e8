namespace GanKit.Tests.Monitoring;

public sealed class TrainingReportTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    private string Path => _folder.File("report.html");

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Fit_WithSources_PageHoldsCurvesIntervalsEventsAndVerdict()
    {
        var source = new FakeSource(
            step => step % 100 == 0 ? new(step, "distance", Math.Abs(step - 300) + 10, step, step + 1) : null,
            step => step == 200 ? new(step, TrainingEventSeverity.Warning, "Slow", "It is slow.") : null);
        var trainer = new FakeTrainer { LearningRates = new Dictionary<string, double> { ["generator"] = 0.25 } };

        trainer.Fit(400, callbacks: [source, new TrainingReport(Path, every: 50) { Sources = [source], Notes = new Dictionary<string, string> { ["data"] = "none" } }]);

        using var report = ReportFile.Read(Path);
        Assert.Equal([50, 100, 150, 200, 250, 300, 350, 400], ReportFile.Numbers(report.Logged("discriminator"), "steps"));
        Assert.Equal([50, 100, 150, 200, 250, 300, 350, 400], ReportFile.Numbers(report.Logged("discriminator"), "values"));
        Assert.All(ReportFile.Numbers(report.Logged("learning_rate/generator"), "values"), rate => Assert.Equal(0.25, rate));
        Assert.Equal([210, 110, 10, 110], ReportFile.Numbers(report.Metric("distance"), "values"));
        Assert.Equal([100, 200, 300, 400], ReportFile.Numbers(report.Metric("distance"), "low"));
        Assert.Equal([101, 201, 301, 401], ReportFile.Numbers(report.Metric("distance"), "high"));
        Assert.Equal([(200, "warning", "Slow", "It is slow.")], report.Events);
        Assert.Equal(300, report.Root.GetProperty("best").GetProperty("step").GetInt64());
        Assert.StartsWith("distance was best at step 300 with 10 (300 to 301); at the last measurement, step 400, it is 110", report.Verdict, StringComparison.Ordinal);
        Assert.StartsWith("Finished after step 400.", report.State, StringComparison.Ordinal);
        Assert.Contains("\"data\",\"none\"", report.Data, StringComparison.Ordinal);
        Assert.Equal([0, 100, 200, 300, 400], report.PictureSteps);
    }

    [Fact]
    public void Facts_OfATrainer_HaveEveryOptionThatIsSetAndTheNetworksSizes()
    {
        new FakeTrainer { Options = new() { AverageDecay = 0.5, Optimizer = (weights, rate) => torch.optim.SGD(weights, rate) } }
            .Fit(1, callbacks: [new TrainingReport(Path)]);

        using var report = ReportFile.Read(Path);
        var facts = report.Root.GetProperty("facts").EnumerateArray().ToDictionary(
            group => group.GetProperty("title").GetString()!,
            group => group.GetProperty("rows").EnumerateArray().ToDictionary(row => row[0].GetString()!, row => row[1].GetString()!));
        var options = typeof(TrainerOptions).GetProperties(System.Reflection.BindingFlags.Instance | System.Reflection.BindingFlags.Public)
            .Select(property => property.Name).ToArray();
        var missing = options.Except(facts["Trainer"].Keys);
        Assert.Equal(["DiscriminatorLearningRate", "GeneratorLearningRate", "MaxGradientNorm", "Seed", "SynchronizeGradients"], missing.Order());
        Assert.Equal(["Steps an epoch", "Steps asked for"], facts["Trainer"].Keys.Except(options).Order());
        Assert.Equal("(0.5, 0.999)", facts["Trainer"]["Betas"]);
        Assert.Equal("Constant", facts["Trainer"]["Schedule"]);
        Assert.Equal("float32", facts["Trainer"]["Precision"]);
        Assert.Equal("0", facts["Networks"]["generator's weights"]);
        Assert.Equal(GanKitInfo.Collect().TorchSharpVersion, facts["Environment"]["TorchSharp"]);
    }

    [Fact]
    public void Fit_OfALongRun_StaysSmallAndLosesNoPeak()
    {
        torch.manual_seed(1);
        using var noise = torch.rand(16, 3, 40, 40) * 2 - 1;
        var trainer = new FakeTrainer
        {
            Metrics = step => Enumerable.Range(0, 12).ToDictionary(i => $"value {i}", i => step == 4321 ? 1000.0 : Math.Sin(step * (i + 1))),
            Samples = (_, count) => noise.alias(), // which no encoder makes small
        };
        var source = new FakeSource(notice: step => new(step, TrainingEventSeverity.Information, "Again", $"Step {step}."));

        trainer.Fit(10_000, callbacks: [source, new TrainingReport(Path, every: 1) { Sources = [source], PreviewEvery = 60, Interval = TimeSpan.FromHours(1) }]);

        Assert.InRange(new FileInfo(Path).Length, 1_000_000, 5_000_000);
        using var report = ReportFile.Read(Path);
        var curve = report.Logged("value 3");
        Assert.InRange(curve.GetProperty("steps").GetArrayLength(), 400, 800);
        Assert.Equal(10_000, ReportFile.Numbers(curve, "steps")[^1]);
        var (low, values, high) = (ReportFile.Numbers(curve, "low"), ReportFile.Numbers(curve, "values"), ReportFile.Numbers(curve, "high"));
        Assert.Equal(1000, high.Max());
        Assert.Single(high, value => value > 1);
        Assert.All(Enumerable.Range(0, low.Length), i => Assert.InRange(values[i], low[i] - 1e-6, high[i] + 1e-6));
        Assert.InRange(report.PictureSteps.Count, 20, 40);
        Assert.Equal((0, 10_000), (report.PictureSteps[0], report.PictureSteps[^1]));
        Assert.Equal(300, report.Events.Count);
    }

    [Fact]
    public void Fit_WithManyNames_StaysBounded()
    {
        var trainer = new FakeTrainer { Metrics = step => Enumerable.Range(0, 500).ToDictionary(i => $"value {i}", i => i + 1.0 / step) };

        trainer.Fit(300, callbacks: [new TrainingReport(Path, every: 1) { Preview = null, Interval = TimeSpan.FromHours(1) }]);

        using var report = ReportFile.Read(Path);
        Assert.Equal(200, report.Root.GetProperty("logged").GetArrayLength());
        Assert.All(report.Root.GetProperty("logged").EnumerateArray(), curve => Assert.InRange(curve.GetProperty("steps").GetArrayLength(), 50, 100));
        Assert.InRange(new FileInfo(Path).Length, 100_000, 1_500_000);
    }

    [Theory]
    [InlineData("</script><script>alert(1)</script>")]
    [InlineData("<!-- <script> \"quotes\" 'single' & \\ back \u2028 \0 {{data}} \ud83d\ude00 ümlaut")]
    [InlineData("{{script}}\n{{title}}")]
    public void Page_WithTextsThatAreHtml_HoldsThemAsTexts(string text)
    {
        var source = new FakeSource(
            step => new(step, text, step), step => step == 1 ? new(1, TrainingEventSeverity.Error, text, text) : null);
        var trainer = new FakeTrainer { Metrics = step => new() { [text] = step } };

        trainer.Fit(2, callbacks: [source, new TrainingReport(Path, every: 1)
        {
            Sources = [source], Title = text, Notes = new Dictionary<string, string> { [text] = text },
        }]);

        using var report = ReportFile.Read(Path);
        Assert.DoesNotContain('<', report.Data);
        Assert.Equal([1, 2], ReportFile.Numbers(report.Metric(text), "values"));
        Assert.Equal([1, 2], ReportFile.Numbers(report.Logged(text), "values"));
        Assert.Equal((1, "error", text, text), report.Events[0]);
        Assert.Contains($"<h1>{System.Net.WebUtility.HtmlEncode(text)}</h1>", report.Page, StringComparison.Ordinal);
        Assert.StartsWith(text, report.Verdict, StringComparison.Ordinal);
    }

    [Fact]
    public void Fit_WithValuesThatAreNotFinite_WritesThemAsTextsAndSaysSoOnce()
    {
        double[] values = [1, double.NaN, double.PositiveInfinity, double.NegativeInfinity, double.NaN, 2];
        var trainer = new FakeTrainer { Metrics = step => new() { ["x"] = values[step - 1] } };
        var source = new FakeSource(step => new(step, "m", values[step - 1], double.NaN, double.PositiveInfinity));

        trainer.Fit(6, callbacks: [source, new TrainingReport(Path, every: 1) { Sources = [source] }]);

        using var report = ReportFile.Read(Path);
        Assert.Equal(values, ReportFile.Numbers(report.Logged("x"), "values"));
        Assert.Equal(values, ReportFile.Numbers(report.Metric("m"), "values"));
        Assert.Equal([(2, "Not a finite number"), (2, "Not a finite number")], report.Events.Select(entry => (entry.Step, entry.Title)));
        Assert.Equal(1, report.Root.GetProperty("best").GetProperty("step").GetInt64());
    }

    [Fact]
    public void OnStep_WithinTheInterval_WritesNothing()
    {
        var clock = new FakeClock();
        var seen = new List<long>();
        var trainer = new FakeTrainer { BeforeStep = _ => clock.Advance(4), Duration = TimeSpan.FromSeconds(3), DataWait = TimeSpan.FromSeconds(0.5) };

        trainer.Fit(10, callbacks: [new TrainingReport(Path, every: 1, clock) { Interval = TimeSpan.FromSeconds(10) },
            TrainingCallback.Every(1, (_, _) => { using var report = ReportFile.Read(Path); seen.Add(report.Root.GetProperty("step").GetInt64()); })]);

        Assert.Equal([0, 0, 3, 3, 3, 6, 6, 6, 9, 9], seen);
        using var report = ReportFile.Read(Path);
        var run = report.Root.GetProperty("runs")[0];
        Assert.Equal((10, 40, 30, 5), (run.GetProperty("steps").GetInt64(), run.GetProperty("seconds").GetDouble(),
            run.GetProperty("training").GetDouble(), run.GetProperty("data").GetDouble()));
    }

    [Fact]
    public void Fit_OfSamplesThatAreNoImages_GoesWithoutPicturesAndSaysWhy()
    {
        new FakeTrainer { Samples = (_, count) => torch.zeros(count, 2) }.Fit(3, callbacks: [new TrainingReport(Path, every: 1)]);

        using var report = ReportFile.Read(Path);
        Assert.Empty(report.PictureSteps);
        Assert.Contains("(64, 2)", report.Root.GetProperty("picturesNote").GetString(), StringComparison.Ordinal);
        Assert.Equal([1, 2, 3], ReportFile.Numbers(report.Logged("generator"), "steps"));
    }

    [Fact]
    public void Fit_WithTwoSources_NamesTheBestStepByTheFirst()
    {
        var first = new FakeSource(step => step >= 3 ? new(step, "a", step) : null);
        var second = new FakeSource(step => new(step, "b", -step));

        new FakeTrainer().Fit(6, callbacks: [second, first, new TrainingReport(Path) { Sources = [first, second] }]);

        using var report = ReportFile.Read(Path);
        Assert.Equal(["a", "b"], report.Root.GetProperty("metrics").EnumerateArray().Select(curve => curve.GetProperty("name").GetString()));
        Assert.Equal(3, report.Root.GetProperty("best").GetProperty("step").GetInt64());
    }

    [Theory]
    [InlineData(new double[] { 5, 4, 3 }, 0.1, "m is best at its last measurement, step 3, with 3 (2.9 to 3.1): longer training may help.")]
    [InlineData(new double[] { 5, 3, 4 }, 0.1, "m was best at step 2 with 3 (2.9 to 3.1); at the last measurement, step 3, it is 4 (3.9 to 4.1), worse by more than both intervals: take the weights of step 2.")]
    [InlineData(new double[] { 5, 3, 4 }, 0.6, "m was best at step 2 with 3 (2.4 to 3.6); at the last measurement, step 3, it is 4 (3.4 to 4.6): no clear difference, as the intervals overlap.")]
    [InlineData(new double[] { 5, 3, 4 }, null, "m was best at step 2 with 3; at the last measurement, step 3, it is 4, without intervals that would say whether the difference is noise.")]
    [InlineData(new double[] { 5 }, 1.0, "m was measured once, at step 1: 5 (4 to 6).")]
    [InlineData(new[] { double.NaN, double.NaN }, null, "No best step is known: m was never a finite number.")]
    [InlineData(new double[0], null, "No best step is known: nothing measured how good the samples are.")]
    public void Verdict_OfAMetric_ComparesTheLastWithTheBest(double[] values, double? margin, string expected)
    {
        var source = new FakeSource(step => step <= values.Length
            ? new(step, "m", values[step - 1], values[step - 1] - margin, values[step - 1] + margin) : null);

        new FakeTrainer().Fit(4, callbacks: [source, new TrainingReport(Path) { Sources = [source] }]);

        using var report = ReportFile.Read(Path);
        Assert.Equal(expected, report.Verdict);
    }

    [Fact]
    public void Fit_WithAWarningOfTheTrainer_ShowsIt()
    {
        new FakeTrainer { Warnings = ["It is odd."] }.Fit(1, callbacks: [new TrainingReport(Path)]);

        using var report = ReportFile.Read(Path);
        Assert.Equal([(0, "warning", "Warning of the trainer", "It is odd.")], report.Events);
    }

    [Theory]
    [InlineData("report.txt")]
    [InlineData("report")]
    public void Constructor_OfAnotherExtension_Throws(string name) =>
        Assert.Contains(".html", Assert.Throws<ArgumentException>(() => new TrainingReport(name)).Message, StringComparison.Ordinal);

    [Theory]
    [InlineData("uPlot.iife.min.js", "19c8d4c6ad88929a79f4ae49d6f7161566dfd0ba3d15cc495e974f787eb78f1f")]
    [InlineData("uPlot.min.css", "df630c6a8d6f8eeaff264b50f73ce5b114f646ffd9a0bb74f049b0a00135fa04")]
    [InlineData("LICENSE", "8f989229699b4fe2f1a0432d0e9edc338a8a911e250e2d1b01ecd770a5f5b1bd")]
    public void Library_InTheAssembly_IsUPlot1_6_32(string name, string hash)
    {
        using var stream = typeof(TrainingReport).Assembly.GetManifestResourceStream($"GanKit.Monitoring.Report.{name}")!;
        Assert.Equal(hash, Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(stream)));
    }
}
