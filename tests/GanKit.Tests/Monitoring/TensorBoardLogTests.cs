using System.Buffers.Binary;
using Google.Protobuf;
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

        trainer.Fit(20, callbacks: new TensorBoardLog(_folder.Path, samplesEvery: 10) { SampleCount = 3, Seed = 5 });

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
        Assert.Throws<ArgumentOutOfRangeException>(() => new TensorBoardLog("runs") { SampleCount = 0 });
    }

    // TFRecord: length, its masked CRC-32C, the event, its masked CRC-32C.
    private List<Event> ReadEvents()
    {
        var bytes = File.ReadAllBytes(
            Directory.EnumerateFiles(_folder.Path, "events.out.tfevents.*", SearchOption.AllDirectories).Single());
        var events = new List<Event>();
        for (var at = 0; at < bytes.Length;)
        {
            var length = (int)BinaryPrimitives.ReadInt64LittleEndian(bytes.AsSpan(at));
            Assert.Equal(MaskedCrc(bytes.AsSpan(at, 8)), BinaryPrimitives.ReadUInt32LittleEndian(bytes.AsSpan(at + 8)));
            var body = bytes.AsSpan(at + 12, length);
            Assert.Equal(MaskedCrc(body), BinaryPrimitives.ReadUInt32LittleEndian(bytes.AsSpan(at + 12 + length)));
            events.Add(Event.Parser.ParseFrom(new CodedInputStream(body.ToArray())));
            at += 16 + length;
        }

        return events;
    }

    private static uint MaskedCrc(ReadOnlySpan<byte> bytes)
    {
        var crc = uint.MaxValue;
        foreach (var value in bytes)
        {
            crc ^= value;
            for (var bit = 0; bit < 8; bit++)
                crc = crc >> 1 ^ ((crc & 1) * 0x82F63B78u);
        }

        crc = ~crc;
        return (crc >> 15 | crc << 17) + 0xA282EAD8u;
    }
}
