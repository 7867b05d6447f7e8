using GanKit.ImageSharp;
using GanKit.Tests.Monitoring;

namespace GanKit.Tests.Companion;

public sealed class SampleAnimationTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Fit_Animation_HasAFrameForEachPicture()
    {
        var callback = new SampleAnimation(_folder.File("progress.gif"), every: 30) { Preview = new() { Count = 1 } };
        var trainer = new FakeTrainer();

        trainer.Fit(60, callbacks: callback);
        Assert.Equal(3, GifFrames.Read(_folder.File("progress.gif")).Frames.Count);
        trainer.Fit(40, callbacks: callback);

        var frames = GifFrames.Read(_folder.File("progress.gif")).Frames;
        Assert.Equal(new byte[] { 128, 166, 204, 242, 255 }, frames.Select(frame => frame.Rgba[(2 * 8 + 2) * 4]));
        Assert.Equal([200, 200, 200, 200, 2000], frames.Select(frame => frame.Milliseconds));
    }

    [Fact]
    public void Fit_NewRun_KeepsTheOlderAnimation()
    {
        for (var run = 1; run <= 2; run++)
        {
            var brightness = run / 2f;
            new FakeTrainer { Samples = (_, count) => full([count, 1, 4, 4], brightness) }.Fit(
                20, callbacks: new SampleAnimation(_folder.File("progress.gif"), every: 10) { Preview = new() { Count = 1 } });
        }

        Assert.Equal(["progress.1.gif", "progress.gif"], _folder.FileNames());
        byte Brightness(string gif) => GifFrames.Read(_folder.File(gif)).Frames[^1].Rgba[(2 * 8 + 2) * 4];
        Assert.Equal((191, 255), (Brightness("progress.1.gif"), Brightness("progress.gif")));
        Assert.Equal(3, GifFrames.Read(_folder.File("progress.1.gif")).Frames.Count);
    }

    [Fact]
    public void Fit_StoppedEarly_HasAFrameOfWhereItStopped()
    {
        new FakeTrainer().Fit(100, stopAfter: 17, callbacks: new SampleAnimation(_folder.File("a.gif"), every: 10));
        Assert.Equal(3, GifFrames.Read(_folder.File("a.gif")).Frames.Count);
    }

    [Fact]
    public void Fit_SamplesBecomeNaN_KeepsTheFramesBefore()
    {
        var trainer = new FakeTrainer { Samples = (trainer, count) => full([count, 1, 4, 4], trainer.StepCount < 20 ? 0 : float.NaN) };
        Assert.Throws<TrainingDivergedException>(() => trainer.Fit(100, callbacks: new SampleAnimation(_folder.File("a.gif"), every: 10)));
        Assert.Equal(2, GifFrames.Read(_folder.File("a.gif")).Frames.Count);
    }

    [Fact]
    public void Fit_Pictures_LeaveNoTensorBehind()
    {
        var before = LiveTensors.OfThisThread;
        new FakeTrainer().Fit(20, callbacks: new SampleAnimation(_folder.File("a.gif"), every: 1));
        Assert.Equal(before, LiveTensors.OfThisThread);
    }

    [Fact]
    public void Constructor_BadArguments_Throws()
    {
        Assert.Contains(".gif", Assert.Throws<ArgumentException>(() => new SampleAnimation("progress.mp4")).Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentOutOfRangeException>("every", () => new SampleAnimation("a.gif", every: 0));
        Assert.Throws<ArgumentOutOfRangeException>("frameDelay", () => new SampleAnimation("a.gif", frameDelay: TimeSpan.Zero));
    }
}
