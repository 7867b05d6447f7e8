using SkiaSharp;

namespace GanKit.Tests.Monitoring;

/// <summary>A run that finds the files of an older one at its paths loses nothing of them.</summary>
public sealed class OlderRunTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("log.csv")]
    [InlineData("log.jsonl")]
    public void MetricsLog_NewRun_KeepsTheOlderLogsUnderNumbers(string name)
    {
        var path = _folder.File(name);
        var logs = Enumerable.Range(1, 3).Select(run =>
        {
            new FakeTrainer { Metrics = _ => new() { [$"run{run}"] = run } }.Fit(74, callbacks: new MetricsLog(path, every: 1));
            return File.ReadAllText(path);
        }).ToArray();

        Assert.Equal(logs[0], File.ReadAllText(Numbered(path, 1)));
        Assert.Equal(logs[1], File.ReadAllText(Numbered(path, 2)));
        Assert.DoesNotContain("run1", logs[2], StringComparison.Ordinal);
        Assert.Equal(3, _folder.FileNames().Count());
    }

    [Theory]
    [InlineData("log.csv")]
    [InlineData("log.jsonl")]
    public void MetricsLog_Resume_AppendsAndCountsOn(string name)
    {
        var path = _folder.File(name);
        new FakeTrainer { Metrics = _ => new() { ["D"] = 1, ["G"] = 2 } }.Fit(74, callbacks: new MetricsLog(path, every: 1, new FakeClock()));
        var before = File.ReadAllLines(path);
        File.AppendAllText(path, "75,8,20"); // A killed run's half row.

        var trainer = new FakeTrainer { Metrics = _ => new() { ["G"] = 3, ["D"] = 4 } };
        var log = new MetricsLog(path, every: 1, new FakeClock()) { Resume = true };
        trainer.Fit(2, callbacks: log);
        trainer.Fit(1, callbacks: log);

        string Row(int step) => name.EndsWith(".csv", StringComparison.Ordinal)
            ? $"{step},9,2026-01-02T03:04:05.000Z,4,3"
            : $$"""{"step":{{step}},"epoch":9,"time":"2026-01-02T03:04:05.000Z","G":3,"D":4}""";
        Assert.Equal([.. before, Row(75), Row(76), Row(77)], File.ReadAllLines(path));
        Assert.Equal([name], _folder.FileNames());
    }

    /// <summary>A loaded state says at which step the trainer is: the records after it are made anew.</summary>
    [Theory]
    [InlineData(74, new[] { "73", "74", "75", "76" })]
    [InlineData(72, new[] { "71", "72", "73", "74" })]
    public void MetricsLog_ResumeOfATrainerWithALoadedState_CountsItsStepsOnce(long at, string[] last)
    {
        var path = _folder.File("log.csv");
        new FakeTrainer().Fit(74, callbacks: new MetricsLog(path, every: 1));
        var log = new MetricsLog(path, every: 1) { Resume = true };
        var trainer = new FakeTrainer { StepCount = at };
        trainer.Fit(1, callbacks: log);
        trainer.Fit(1, callbacks: log);
        Assert.Equal(last, File.ReadLines(path).Skip(1).Select(row => row.Split(',')[0]).TakeLast(4));
        Assert.Equal(at + 2, File.ReadLines(path).Skip(1).Count());
        Assert.All(File.ReadLines(path).TakeLast(4), row => Assert.Equal("8", row.Split(',')[1])); // the epoch, of 10 steps
    }

    [Fact]
    public void MetricsLog_ResumeWithOtherColumns_PutsValuesUnderTheirNames()
    {
        var path = _folder.File("log.csv");
        new FakeTrainer { Metrics = _ => new() { ["D"] = 1, ["G"] = 2 } }.Fit(1, callbacks: new MetricsLog(path, every: 1, new FakeClock()));
        new FakeTrainer { Metrics = _ => new() { ["penalty"] = 5, ["G"] = 3 } }.Fit(
            1, callbacks: new MetricsLog(path, every: 1, new FakeClock()) { Resume = true });
        const string Time = "2026-01-02T03:04:05.000Z";
        Assert.Equal(["step,epoch,time,D,G,penalty", $"1,1,{Time},1,2,", $"2,2,{Time},,3,5"], File.ReadAllLines(path));
    }

    /// <summary>A run that was stopped before its first record leaves a header without losses, and no record that says where it was.</summary>
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void MetricsLog_AfterAHeaderAlone_HasTheColumnsOfItsRecords(bool resume)
    {
        var path = _folder.File("log.csv");
        new FakeTrainer().Fit(5, stopAfter: 0, callbacks: new MetricsLog(path, every: 3));
        Assert.Equal(["step,epoch,time"], File.ReadAllLines(path));
        var trainer = new FakeTrainer { StepCount = 1, Metrics = _ => new() { ["D"] = 4, ["G"] = 3 } };
        trainer.Fit(3, callbacks: new MetricsLog(path, every: 2, new FakeClock()) { Resume = resume });

        const string Time = "2026-01-02T03:04:05.000Z";
        Assert.Equal(["step,epoch,time,D,G", $"2,1,{Time},4,3", $"4,1,{Time},4,3"], File.ReadAllLines(path));
    }

    [Fact]
    public void MetricsLog_ResumeWithoutAFile_BeginsOne()
    {
        var path = _folder.File("log.csv");
        new FakeTrainer().Fit(3, callbacks: new MetricsLog(path, every: 1) { Resume = true });
        Assert.Equal(["1", "2", "3"], File.ReadLines(path).Skip(1).Select(row => row.Split(',')[0]));
    }

    [Fact]
    public void MetricsLog_TrainerThatGoesBack_KeepsWhatItDoesAnewUnderANumber()
    {
        var path = _folder.File("log.csv");
        new FakeTrainer().Fit(5, callbacks: new MetricsLog(path, every: 1));
        var before = File.ReadAllText(path);
        new FakeTrainer { StepCount = 3 }.Fit(1, callbacks: new MetricsLog(path, every: 1));
        Assert.Equal(["1", "2", "3", "4"], File.ReadLines(path).Skip(1).Select(row => row.Split(',')[0]));
        Assert.Equal(before, File.ReadAllText(Numbered(path, 1)));
    }

    [Fact]
    public void MetricsLog_LinkToALog_NumbersBesideTheLogItself()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Links need a right there.");
        Directory.CreateDirectory(_folder.File("logs"));
        File.CreateSymbolicLink(_folder.File("log.csv"), "logs/real.csv");
        for (var run = 0; run < 2; run++)
            new FakeTrainer().Fit(1, callbacks: new MetricsLog(_folder.File("log.csv")));
        Assert.Equal(["log.csv", "real.1.csv", "real.csv"], _folder.FileNames());
        Assert.Equal("logs/real.csv", new FileInfo(_folder.File("log.csv")).LinkTarget);
    }

    [Fact]
    public void MetricsLog_ThatAnotherRunWrites_IsRefused()
    {
        var path = _folder.File("log.csv");
        var log = new MetricsLog(path, every: 1);
        IOException? error = null;
        new FakeTrainer
        {
            BeforeStep = step =>
            {
                if (step == 3)
                    error = Assert.Throws<IOException>(() => new FakeTrainer().Fit(1, callbacks: new MetricsLog(path)));
            },
        }.Fit(5, callbacks: log);
        Assert.Contains("another run", error!.Message, StringComparison.Ordinal);
        Assert.Equal(["1", "2", "3", "4", "5"], File.ReadLines(path).Skip(1).Select(row => row.Split(',')[0]));
    }

    [Fact]
    public void SampleGrid_NewRun_KeepsTheOlderNumberedPictures()
    {
        var steps = _folder.File("samples-{step}.png");
        for (var run = 1; run <= 2; run++)
        {
            var brightness = run / 2f;
            new FakeTrainer { Samples = (_, count) => full([count, 1, 4, 4], brightness) }.Fit(
                20, callbacks: new SampleGrid(steps, every: 10) { Preview = new() { Count = 1 } });
        }

        string[] pictures = ["samples-000000", "samples-000010", "samples-000020"];
        Assert.Equal(pictures.SelectMany(name => new[] { $"{name}.1.png", $"{name}.png" }), _folder.FileNames());
        byte Brightness(string picture)
        {
            using var bitmap = SKBitmap.Decode(_folder.File(picture));
            return bitmap.GetPixel(2, 2).Red;
        }

        Assert.Equal((191, 255), (Brightness("samples-000020.1.png"), Brightness("samples-000020.png")));
    }

    [Fact]
    public void SampleGrid_TrainerThatGoesOn_MakesNoCopyOfItsLastPicture()
    {
        var trainer = new FakeTrainer();
        trainer.Fit(10, callbacks: new SampleGrid(_folder.File("{step}.png"), every: 10));
        trainer.Fit(10, callbacks: new SampleGrid(_folder.File("{step}.png"), every: 10));
        Assert.Equal(["000000.png", "000010.png", "000020.png"], _folder.FileNames());
    }

    private static string Numbered(string path, int number) => Path.ChangeExtension(path, $"{number}{Path.GetExtension(path)}");
}
