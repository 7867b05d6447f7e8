using SkiaSharp;

namespace GanKit.Tests.Monitoring;

public sealed class SampleGridTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Fit_OneName_IsReplacedEachTime()
    {
        var trainer = new FakeTrainer();

        trainer.Fit(100, callbacks: new SampleGrid(_folder.File("out", "samples.png"), every: 30) { Preview = new() { Count = 6, Columns = 3, Seed = 7 } });

        Assert.Equal(["samples.png"], _folder.FileNames());
        using var bitmap = SKBitmap.Decode(_folder.File("out", "samples.png"));
        Assert.Equal((3 * 6 + 2, 2 * 6 + 2), (bitmap.Width, bitmap.Height));
        Assert.Equal(255, bitmap.GetPixel(2, 2).Red); // Brightness 1 after 100 steps.
        Assert.Equal(Enumerable.Repeat((6L, true, (long?)7L), 5), trainer.SampleCalls); // At 0, 30, 60, 90 and 100.
        Assert.Empty(trainer.FetchedSteps);
    }

    [Fact]
    public void Fit_StepInName_NumbersThem()
    {
        new FakeTrainer { StepCount = 1000 }.Fit(60, callbacks: new SampleGrid(_folder.File("samples-{step}.jpg"), every: 20));
        Assert.Equal(
            ["samples-001000.jpg", "samples-001020.jpg", "samples-001040.jpg", "samples-001060.jpg"],
            _folder.FileNames());
    }

    [Fact]
    public void Fit_StoppedEarly_ShowsWhereItStopped()
    {
        new FakeTrainer().Fit(100, stopAfter: 17, callbacks: new SampleGrid(_folder.File("{step}.png"), every: 10));
        Assert.Equal(["000000.png", "000010.png", "000017.png"], _folder.FileNames());
    }

    [Fact]
    public void Fit_RawGenerator_IsAskedFor()
    {
        var trainer = new FakeTrainer();
        trainer.Fit(1, callbacks: new SampleGrid(_folder.File("samples.png")) { Preview = new() { Averaged = false } });
        Assert.All(trainer.SampleCalls, call => Assert.False(call.Averaged));
    }

    [Fact]
    public void Fit_SamplesThatAreNoImages_FailsBeforeTheFirstStep()
    {
        var trainer = new FakeTrainer { Samples = (_, count) => zeros(count, 2) };
        var error = Assert.Throws<ArgumentException>(() => trainer.Fit(100, callbacks: new SampleGrid(_folder.File("samples.png"))));
        Assert.Contains("(64, 2)", error.Message, StringComparison.Ordinal);
        Assert.Equal(0, trainer.StepCount);
    }

    [Fact]
    public void Fit_SamplesBecomeNaN_SaysThatTrainingDiverged()
    {
        var trainer = new FakeTrainer { Samples = (trainer, count) => full([count, 1, 4, 4], trainer.StepCount < 20 ? 0 : float.NaN) };

        var error = Assert.Throws<TrainingDivergedException>(
            () => trainer.Fit(100, callbacks: new SampleGrid(_folder.File("{step}.png"), every: 10)));

        Assert.Contains("step 20", error.Message, StringComparison.Ordinal);
        Assert.Contains("made at step 10", error.Message, StringComparison.Ordinal);
        Assert.Equal(["000000.png", "000010.png"], _folder.FileNames());
    }

    [Fact]
    public void Fit_RunThatDiverged_DoesNotHideItsException()
    {
        var trainer = new FakeTrainer
        {
            Samples = (trainer, count) => full([count, 1, 4, 4], trainer.StepCount == 0 ? 0 : float.NaN),
            BeforeStep = step =>
            {
                if (step == 3)
                    throw new TrainingDivergedException("the loss");
            },
        };
        var error = Assert.Throws<TrainingDivergedException>(() => trainer.Fit(100, callbacks: new SampleGrid(_folder.File("samples.png"))));
        Assert.Equal("the loss", error.Message);
    }

    [Fact]
    public void Fit_Pictures_LeaveNoTensorBehind()
    {
        var before = LiveTensors.OfThisThread;
        new FakeTrainer().Fit(20, callbacks: new SampleGrid(_folder.File("samples.png"), every: 1));
        Assert.Equal(before, LiveTensors.OfThisThread);
    }

    [Fact]
    public void Constructor_BadArguments_Throws()
    {
        var error = Assert.Throws<ArgumentException>(() => new SampleGrid("samples.gif")).Message;
        Assert.Contains(".webp", error, StringComparison.Ordinal);
        Assert.Contains("GanKit.ImageSharp", error, StringComparison.Ordinal);
        Assert.Throws<ArgumentOutOfRangeException>("every", () => new SampleGrid("samples.png", every: 0));
        Assert.Throws<ArgumentOutOfRangeException>(() => new PreviewOptions { Count = 0 });
        Assert.Throws<ArgumentOutOfRangeException>(() => new PreviewOptions { Columns = 0 });
    }
}
