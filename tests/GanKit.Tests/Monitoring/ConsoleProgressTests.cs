namespace GanKit.Tests.Monitoring;

public class ConsoleProgressTests
{
    private readonly FakeClock _clock = new();
    private readonly StringWriter _output = new() { NewLine = "\n" };

    [Fact]
    public void Live_Run_DrawsOneLineOverAndOver()
    {
        var trainer = new FakeTrainer { StepsPerEpoch = 20, BeforeStep = _ => _clock.Advance(0.1) };

        trainer.Fit(null, epochs: 2, callbacks: new ConsoleProgress(_output, live: true, TimeSpan.FromSeconds(1), width: 120, _clock));

        var text = _output.ToString();
        Assert.Equal(2, text.Count(character => character == '\n')); // One after the line, one after the summary.
        var lines = text.Split('\n')[0].Split('\r')[1..];
        Assert.Equal("epoch 1/2  [....................]  1/40  D 1.000  G -1.000  D(x) 0.500", lines[0].TrimEnd());
        Assert.Equal("epoch 1/2  [#####...............]  11/40  640 images/s  0:02 left  D 11.000  G -11.000  D(x) 0.500", lines[1].TrimEnd());
        Assert.Equal("epoch 2/2  [####################]  40/40  640 images/s  0:00 left  D 40.000  G -40.000  D(x) 0.500", lines[^1].TrimEnd());
        Assert.Equal("Trained 40 steps in 0:04.", text.Split('\n')[1]);
    }

    [Fact]
    public void Live_ManySteps_ReadsMetricsByTheClock()
    {
        var trainer = new FakeTrainer { BeforeStep = _ => _clock.Advance(0.01) };
        trainer.Fit(1000, callbacks: new ConsoleProgress(_output, live: true, TimeSpan.FromSeconds(1), width: 80, _clock));
        Assert.Equal([1, 101, 201, 301, 401, 501, 601, 701, 801, 901, 1000], trainer.FetchedSteps);
    }

    [Theory]
    [InlineData(20)]
    [InlineData(45)]
    [InlineData(80)]
    public void Live_NarrowTerminal_StaysWithinItsWidth(int width)
    {
        var trainer = new FakeTrainer { BeforeStep = _ => _clock.Advance(2) };
        trainer.Fit(5, callbacks: new ConsoleProgress(_output, live: true, width: width, timeProvider: _clock));
        var lines = _output.ToString().Split('\n')[0].Split('\r')[1..];
        Assert.Equal(5, lines.Length);
        Assert.All(lines, line => Assert.InRange(line.Length, 1, width - 1));
    }

    [Fact]
    public void Live_ShorterLine_PaintsOverTheLonger()
    {
        var trainer = new FakeTrainer
        {
            BeforeStep = _ => _clock.Advance(1),
            Metrics = step => new() { ["discriminator"] = step == 1 ? -123.456 : 1 },
        };
        trainer.Fit(2, callbacks: new ConsoleProgress(_output, live: true, TimeSpan.Zero, width: 100, _clock));
        var lines = _output.ToString().Split('\n')[0].Split('\r')[1..];
        Assert.True(lines[1].Length >= lines[0].Length);
    }

    [Fact]
    public void Plain_Run_WritesALineEverySoOften()
    {
        var trainer = new FakeTrainer { BatchSize = 2, BeforeStep = _ => _clock.Advance(4), StepsPerEpoch = 500 };

        trainer.Fit(2_000, stopAfter: 6, callbacks: new ConsoleProgress(_output, timeProvider: _clock));

        Assert.Equal(
            """
            step 1/2,000 (0 %), epoch 1, D 1.000, G -1.000, D(x) 0.500
            step 4/2,000 (0 %), epoch 1, D 4.000, G -4.000, D(x) 0.500, 0.5 images/s, 2:13:04 left
            step 6/2,000 (0 %), epoch 1, D 6.000, G -6.000, D(x) 0.500, 0.5 images/s, 2:12:56 left
            Stopped after 6 of 2,000 steps in 0:24.

            """,
            _output.ToString());
    }

    [Fact]
    public void Plain_UnknownLength_ShowsNoShareAndNoTimeLeft()
    {
        var trainer = new FakeTrainer { BeforeStep = _ => _clock.Advance(20) };
        trainer.Fit(null, stopAfter: 2, callbacks: new ConsoleProgress(_output, timeProvider: _clock));
        Assert.Equal(
            """
            step 1, epoch 1, D 1.000, G -1.000, D(x) 0.500
            step 2, epoch 1, D 2.000, G -2.000, D(x) 0.500, 3.2 images/s
            Trained 2 steps in 0:40.

            """,
            _output.ToString());
    }

    [Fact]
    public void Plain_GeneratorNotUpdated_KeepsItsLastValue()
    {
        var trainer = new FakeTrainer { DiscriminatorSteps = 2, BeforeStep = _ => _clock.Advance(20) };
        trainer.Fit(3, callbacks: new ConsoleProgress(_output, timeProvider: _clock));
        var lines = _output.ToString().Split('\n');
        Assert.DoesNotContain("G ", lines[0], StringComparison.Ordinal);
        Assert.Contains("G -2.000", lines[1], StringComparison.Ordinal);
        Assert.Contains("D 3.000, G -2.000", lines[2], StringComparison.Ordinal);
    }

    [Fact]
    public void Plain_ResumedRun_CountsItsOwnStepsAndEpochs()
    {
        var trainer = new FakeTrainer { StepCount = 30, BeforeStep = _ => _clock.Advance(20) };
        trainer.Fit(null, epochs: 1, callbacks: new ConsoleProgress(_output, timeProvider: _clock));
        Assert.StartsWith("step 1/10 (10 %), epoch 1/1,", _output.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void Plain_LargeAndBrokenValues_AreShort()
    {
        var trainer = new FakeTrainer { Metrics = _ => new() { ["discriminator"] = 123456.789, ["generator"] = double.NaN } };
        trainer.Fit(1, callbacks: new ConsoleProgress(_output, timeProvider: _clock));
        Assert.Contains("D 1.235E+05, G NaN", _output.ToString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Step_OtherProgramsHaveTheCores_SaysOnceWhatToDo(bool live)
    {
        var times = new ProcessorTimes(Wall: 100, Process: 90, Ran: 50, Waited: 50, Cores: 2);
        var trainer = new FakeTrainer
        {
            BeforeStep = _ =>
            {
                _clock.Advance(10);
                times = times with { Wall = times.Wall + 10, Process = times.Process + 13, Ran = times.Ran + 6, Waited = times.Waited + 4 };
            },
        };

        trainer.Fit(5, callbacks: new ConsoleProgress(_output, live, timeProvider: _clock) { Processor = () => times });

        var line = Assert.Single(_output.ToString().Split('\n'), line => line.StartsWith("Other programs", StringComparison.Ordinal));
        Assert.Contains("40 %", line, StringComparison.Ordinal);
        Assert.Contains("OMP_NUM_THREADS=1", line, StringComparison.Ordinal);
    }

    [Fact]
    public void Constructor_BadArguments_Throws()
    {
        Assert.Throws<ArgumentOutOfRangeException>("interval", () => new ConsoleProgress(interval: TimeSpan.FromSeconds(-1)));
        Assert.Throws<ArgumentOutOfRangeException>("width", () => new ConsoleProgress(width: 19));
    }
}
