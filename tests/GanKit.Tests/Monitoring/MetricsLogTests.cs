using System.Globalization;
using System.Text.Json;

namespace GanKit.Tests.Monitoring;

public sealed class MetricsLogTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Csv_Run_HasARowForEachRecord()
    {
        var path = _folder.File("runs", "1", "log.csv");
        var trainer = new FakeTrainer { Metrics = step => new() { ["discriminator"] = 0.1f, ["D(x)"] = step / 8.0 } };

        trainer.Fit(25, callbacks: new MetricsLog(path, every: 10, new FakeClock()));

        Assert.Equal(
            """
            step,epoch,time,discriminator,D(x)
            10,1,2026-01-02T03:04:05.000Z,0.1,1.25
            20,2,2026-01-02T03:04:05.000Z,0.1,2.5
            25,3,2026-01-02T03:04:05.000Z,0.1,3.125

            """,
            File.ReadAllText(path));
        Assert.Equal([10, 20, 25], trainer.FetchedSteps);
    }

    [Fact]
    public void Csv_ColumnsThatComeLater_LeaveOlderRowsEmpty()
    {
        var path = _folder.File("log.csv");
        var trainer = new FakeTrainer
        {
            Metrics = step => step switch
            {
                1 => new() { ["discriminator"] = 1 },
                2 => new() { ["discriminator"] = 2, ["a, \"b\""] = double.NaN, ["\"q\""] = double.NegativeInfinity },
                _ => new() { ["generator"] = 3, ["step"] = 1e-7 },
            },
        };

        trainer.Fit(3, callbacks: new MetricsLog(path, every: 1));

        Assert.Equal(
            [
                "step,epoch,time,discriminator,\"a, \"\"b\"\"\",\"\"\"q\"\"\",generator,metric/step",
                "1,1,T,1,,,,",
                "2,1,T,2,NaN,-Infinity,,",
                "3,1,T,,,,3,1E-07",
            ],
            LinesWithoutTime(path));
        Assert.Equal(["log.csv"], _folder.FileNames());
    }

    [Fact]
    public void Csv_ResumedRun_KeepsWhatCameBeforeAndDropsWhatCameAfter()
    {
        var path = _folder.File("log.csv");
        Dictionary<string, double> Metrics(long step) => new() { ["discriminator"] = step, ["\"q\", r"] = 1 };
        new FakeTrainer { Metrics = Metrics }.Fit(5, callbacks: new MetricsLog(path, every: 1));
        File.AppendAllText(path, "6,1,T,0.5"); // A killed run's half row.

        new FakeTrainer { Metrics = step => new() { ["\"q\", r"] = 2, ["discriminator"] = -step, ["new"] = 3 }, StepCount = 3 }
            .Fit(2, callbacks: new MetricsLog(path, every: 1));

        Assert.Equal(
            [
                "step,epoch,time,discriminator,\"\"\"q\"\", r\",new",
                "1,1,T,1,1,",
                "2,1,T,2,1,",
                "3,1,T,3,1,",
                "4,1,T,-4,2,3",
                "5,1,T,-5,2,3",
            ],
            LinesWithoutTime(path));
    }

    [Theory]
    [InlineData("log.csv")]
    [InlineData("log.jsonl")]
    public void NewRun_OlderLog_BeginsAgain(string name)
    {
        var path = _folder.File(name);
        new FakeTrainer { Metrics = _ => new() { ["old"] = 1 } }.Fit(5, callbacks: new MetricsLog(path, every: 1));
        new FakeTrainer { Metrics = _ => new() { ["new"] = 2 } }.Fit(1, callbacks: new MetricsLog(path, every: 1));

        var text = File.ReadAllText(path);
        Assert.DoesNotContain("old", text, StringComparison.Ordinal);
        Assert.Contains("new", text, StringComparison.Ordinal);
    }

    [Fact]
    public void Fit_NameOfTwoLines_StaysOnOne()
    {
        var path = _folder.File("log.csv");
        new FakeTrainer { Metrics = _ => new() { ["two\r\nlines"] = 1 } }.Fit(1, callbacks: new MetricsLog(path));
        Assert.Equal("step,epoch,time,two lines", File.ReadLines(path).First());
    }

    [Fact]
    public void Fit_CalledAgain_GoesOnInTheSameFile()
    {
        var path = _folder.File("log.csv");
        var trainer = new FakeTrainer();
        var log = new MetricsLog(path, every: 2);
        trainer.Fit(4, callbacks: log);
        trainer.Fit(4, callbacks: log);
        Assert.Equal(["2", "4", "6", "8"], File.ReadLines(path).Skip(1).Select(line => line.Split(',')[0]));
    }

    [Fact]
    public void JsonLines_Run_HasAnObjectForEachRecord()
    {
        var path = _folder.File("log.jsonl");
        var trainer = new FakeTrainer
        {
            DiscriminatorSteps = 2,
            Metrics = step => new() { ["discriminator"] = step == 2 ? double.NaN : 0.1f, ["generator"] = 1.0 / 3, ["D(G(z))"] = 0 },
        };

        trainer.Fit(3, callbacks: new MetricsLog(path, every: 1, new FakeClock()));

        Assert.Equal(
            """
            {"step":1,"epoch":1,"time":"2026-01-02T03:04:05.000Z","discriminator":0.1,"D(G(z))":0}
            {"step":2,"epoch":1,"time":"2026-01-02T03:04:05.000Z","discriminator":"NaN","generator":0.3333333333333333,"D(G(z))":0}
            {"step":3,"epoch":1,"time":"2026-01-02T03:04:05.000Z","discriminator":0.1,"D(G(z))":0}

            """,
            File.ReadAllText(path));
    }

    [Fact]
    public void JsonLines_ResumedRun_KeepsWhatCameBefore()
    {
        var path = _folder.File("log.jsonl");
        new FakeTrainer().Fit(5, callbacks: new MetricsLog(path, every: 1));
        File.AppendAllText(path, "{\"step\":6,\"epo"); // A killed run's half line.

        new FakeTrainer { StepCount = 4 }.Fit(2, callbacks: new MetricsLog(path, every: 1));

        Assert.Equal([1, 2, 3, 4, 5, 6], File.ReadLines(path).Select(line => JsonDocument.Parse(line).RootElement.GetProperty("step").GetInt64()));
    }

    [Theory]
    [InlineData("log.csv")]
    [InlineData("log.jsonl")]
    public void OnStep_WhileRunning_IsReadableAtOnce(string name)
    {
        var path = _folder.File(name);
        var lines = new List<int>();
        new FakeTrainer().Fit(3, null, null, new MetricsLog(path, every: 1), TrainingCallback.Every(1, (_, _) =>
        {
            using var reader = new StreamReader(new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite));
            lines.Add(reader.ReadToEnd().Count(character => character == '\n'));
        }));
        Assert.Equal(name.EndsWith("csv", StringComparison.Ordinal) ? [2, 3, 4] : [1, 2, 3], lines);
    }

    [Fact]
    public void OnStep_OtherCulture_WritesPoints()
    {
        var path = _folder.File("log.csv");
        var before = CultureInfo.CurrentCulture;
        // Named cultures are absent under invariant globalisation, so one with a decimal comma is made by hand.
        var comma = (CultureInfo)CultureInfo.InvariantCulture.Clone();
        comma.NumberFormat.NumberDecimalSeparator = ",";
        comma.NumberFormat.NegativeSign = "~";
        try
        {
            CultureInfo.CurrentCulture = comma;
            new FakeTrainer { Metrics = _ => new() { ["discriminator"] = -0.5 } }.Fit(1, callbacks: new MetricsLog(path));
        }
        finally
        {
            CultureInfo.CurrentCulture = before;
        }

        Assert.EndsWith("Z,-0.5\n", File.ReadAllText(path), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("notes.csv", "My own notes, kept since 2019\n")]
    [InlineData("line.csv", "one line without an end")]
    [InlineData("line.jsonl", "{\"name\":\"x\"}")]
    [InlineData("rows.csv", "step,epoch,time\nfirst,1,T\n")]
    [InlineData("notes.jsonl", "{\"name\":\"x\"}\n")]
    [InlineData("notes.jsonl", "no json\n")]
    [InlineData("notes.jsonl", "[1]\n")]
    [InlineData("notes.jsonl", "{\"step\":\"one\"}\n")]
    public void OnFitStart_FileThatIsNoLog_ThrowsAndLeavesIt(string name, string text)
    {
        var path = _folder.File(name);
        File.WriteAllText(path, text);

        var error = Assert.Throws<InvalidDataException>(() => new FakeTrainer().Fit(1, callbacks: new MetricsLog(path)));

        Assert.Contains(path, error.Message, StringComparison.Ordinal);
        Assert.Equal(text, File.ReadAllText(path));
    }

    [Fact]
    public void Constructor_BadArguments_Throws()
    {
        Assert.Contains(".csv or .jsonl", Assert.Throws<ArgumentException>(() => new MetricsLog("log.txt")).Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentException>(() => new MetricsLog(" "));
        Assert.Throws<ArgumentOutOfRangeException>("every", () => new MetricsLog("log.csv", every: 0));
    }

    private static IEnumerable<string> LinesWithoutTime(string path) => File.ReadLines(path).Select(
        line => string.Join(',', line.Split(',').Select((cell, at) => at == 2 && cell.EndsWith('Z') ? "T" : cell)));
}
