using SkiaSharp;
using Tensorboard;

namespace GanKit.Tests.Monitoring;

public sealed class TensorBoardLogTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Fit_Metrics_AreScalarEvents()
    {
        var trainer = new FakeTrainer { Metrics = step => new() { ["discriminator"] = step / 4.0, ["D(x)"] = 0.75 } };

        trainer.Fit(25, callbacks: new TensorBoardLog(_folder.File("runs", "1"), every: 10));

        var events = ReadEvents();
        Assert.Equal("brain.Event:2", events[0].FileVersion);
        Assert.Equal(
            [
                (10, "discriminator", 2.5f), (10, "D(x)", 0.75f),
                (20, "discriminator", 5f), (20, "D(x)", 0.75f),
                (25, "discriminator", 6.25f), (25, "D(x)", 0.75f),
            ],
            events.Skip(1).Select(read => (read.Step, read.Summary.Value[0].Tag, read.Summary.Value[0].SimpleValue)));
        Assert.Equal([10, 20, 25], trainer.FetchedSteps);
    }

    [Fact]
    public void Fit_Samples_ArePngImages()
    {
        var trainer = new FakeTrainer();

        trainer.Fit(20, callbacks: new TensorBoardLog(_folder.Path, samplesEvery: 10) { Preview = new() { Count = 3, Seed = 5 } });

        var images = ReadEvents().Where(read => read.Summary?.Value[0].Image is not null).ToArray();
        Assert.Equal([0, 10, 20], images.Select(read => read.Step));
        Assert.All(images, read => Assert.Equal("samples", read.Summary.Value[0].Tag));
        Assert.Equal(Enumerable.Repeat((3L, true, (long?)5L), 3), trainer.SampleCalls);
        using var bitmap = SKBitmap.Decode(images[1].Summary.Value[0].Image.EncodedImageString.ToByteArray());
        Assert.Equal((3 * 6 + 2, 8), (bitmap.Width, bitmap.Height));
        Assert.Equal(new SKColor(140, 140, 140), bitmap.GetPixel(2, 2));
        Assert.Equal(SKColors.Black, bitmap.GetPixel(0, 0));
    }

    [Fact]
    public void Fit_FolderThatIsAFile_FailsBeforeTheFirstStep()
    {
        File.WriteAllText(_folder.File("runs"), "");
        var trainer = new FakeTrainer();
        Assert.ThrowsAny<IOException>(() => trainer.Fit(10, callbacks: new TensorBoardLog(_folder.File("runs"))));
        Assert.Equal(0, trainer.StepCount);
    }

    [Fact]
    public void Fit_Samples_LeaveNoTensorBehind()
    {
        var before = LiveTensors.OfThisThread;
        new FakeTrainer().Fit(5, callbacks: new TensorBoardLog(_folder.Path, samplesEvery: 1));
        Assert.Equal(before, LiveTensors.OfThisThread);
    }

    [Fact]
    public void Constructor_BadArguments_Throws()
    {
        Assert.Throws<ArgumentException>("folder", () => new TensorBoardLog(""));
        Assert.Throws<ArgumentOutOfRangeException>("every", () => new TensorBoardLog("runs", every: 0));
        Assert.Throws<ArgumentOutOfRangeException>("samplesEvery", () => new TensorBoardLog("runs", samplesEvery: 0));
        Assert.Throws<ArgumentOutOfRangeException>(() => new TensorBoardLog("runs") { Preview = new() { Count = 0 } });
    }

    [Fact]
    public void MaskedCrc_KnownBytes_IsThePublishedOne()
    {
        // RFC 3720, B.4: 32 zeros, and the numbers from 0 to 31.
        uint Unmasked(byte[] bytes)
        {
            var rotated = EventFileReader.MaskedCrc(bytes) - 0xA282EAD8u;
            return rotated << 15 | rotated >> 17;
        }

        Assert.Equal(0x8A9136AAu, Unmasked(new byte[32]));
        Assert.Equal(0x46DD794Eu, Unmasked([.. Enumerable.Range(0, 32).Select(value => (byte)value)]));
    }

    [Fact]
    public void Fit_Records_HaveTheirTimesInSecondsSince1970()
    {
        var clock = new FakeClock();
        var trainer = new FakeTrainer { BeforeStep = _ => clock.Advance(0.25), Metrics = step => new() { ["discriminator"] = step } };

        trainer.Fit(3, callbacks: new TensorBoardLog(_folder.Path, every: 1) { Time = clock });

        const double Start = 1767323045; // 2026-01-02T03:04:05Z
        Assert.Equal([Start, Start + 0.25, Start + 0.5, Start + 0.75], ReadEvents().Select(read => read.WallTime));
        Assert.StartsWith("events.out.tfevents.1767323045.", Path.GetFileName(EventFileReader.Files(_folder.Path).Single()), StringComparison.Ordinal);
    }

    [Fact]
    public void Fit_TwoRunsInOneFolder_HaveAFileEachInTheirOrder()
    {
        var clock = new FakeClock();
        TensorBoardLog Log() => new(_folder.Path, every: 1) { Time = clock };
        var trainer = new FakeTrainer { BeforeStep = _ => clock.Advance(1) };
        trainer.Fit(3, callbacks: [Log(), Log()]); // At the same time, too.
        var first = EventFileReader.Files(_folder.Path).ToDictionary(file => file, File.ReadAllBytes);

        trainer.Fit(2, callbacks: Log());

        var files = EventFileReader.Files(_folder.Path);
        Assert.Equal(3, files.Length);
        Assert.All(first, file => Assert.Equal(file.Value, File.ReadAllBytes(file.Key)));
        Assert.Equal([1L, 2, 3], StepsOf(files[0]));
        Assert.Equal([1L, 2, 3], StepsOf(files[1]));
        Assert.Equal([4L, 5], StepsOf(files[2]));
        Assert.All(files, file => Assert.Equal(EventFileReader.Read(file).Select(read => read.WallTime).Order(), EventFileReader.Read(file).Select(read => read.WallTime)));
    }

    [Fact]
    public void Fit_ManySteps_AreCountedIn64Bits()
    {
        var trainer = new FakeTrainer { StepCount = 5_000_000_000, Metrics = _ => new() { ["Größe → 0"] = 0, ["huge"] = 1e300 } };
        trainer.Fit(1, callbacks: new TensorBoardLog(_folder.Path, every: 1));
        var events = ReadEvents().Skip(1).ToArray();
        Assert.All(events, read => Assert.Equal(5_000_000_001, read.Step));
        Assert.Equal([("Größe → 0", 0f), ("huge", float.PositiveInfinity)], events.Select(read => (read.Summary.Value[0].Tag, read.Summary.Value[0].SimpleValue)));
    }

    [Theory]
    [InlineData(1, 1)]
    [InlineData(3, 3)]
    public void Fit_Samples_SayTheirSizeAndChannels(int channels, int colorspace)
    {
        var trainer = new FakeTrainer { Samples = (_, count) => zeros(count, channels, 4, 6) };
        trainer.Fit(1, callbacks: new TensorBoardLog(_folder.Path, samplesEvery: 1) { Preview = new() { Count = 2 } });
        var image = ReadEvents().First(read => read.Summary?.Value[0].Image is not null).Summary.Value[0].Image;
        using var bitmap = SKBitmap.Decode(image.EncodedImageString.ToByteArray());
        Assert.Equal((8, 2 * 8 + 2, colorspace), (image.Height, image.Width, image.Colorspace));
        Assert.Equal((image.Width, image.Height), (bitmap.Width, bitmap.Height));
    }

    private List<Event> ReadEvents() => EventFileReader.Read(EventFileReader.Files(_folder.Path).Single());

    private static IEnumerable<long> StepsOf(string file) => EventFileReader.Read(file).Skip(1).Select(read => read.Step).Distinct();
}
