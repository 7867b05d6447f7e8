namespace GanKit.Tests.Imaging;

public sealed class ImagesReadTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    [InlineData(4)]
    public void Read_WhatWriteWrote_ComesBackWithinHalfALevel(int channels)
    {
        using var scope = NewDisposeScope();
        var path = _folder.File("image.png");
        var image = rand(channels, 5, 7) * 2 - 1;
        Images.Write(path, image);

        var read = Images.Read(path, channels);

        Assert.Equal([1, channels, 5, 7], read.shape);
        Assert.Equal(ScalarType.Float32, read.dtype);
        Assert.InRange((read.squeeze(0) - image).abs().max().item<float>(), 0, 1 / 255f + 1e-5f);
    }

    [Fact]
    public void Read_Result_IsOneTensorOfTheCallers()
    {
        using var image = ones(3, 4, 4);
        Images.Write(_folder.File("image.png"), image);
        var before = LiveTensors.OfThisThread;

        using (Images.Read(_folder.File("image.png")))
            Assert.Equal(before + 1, LiveTensors.OfThisThread);

        Assert.Equal(before, LiveTensors.OfThisThread);
    }

    [Fact]
    public void Read_MissingOrNoImage_NamesTheFile()
    {
        File.WriteAllText(_folder.File("notes.png"), "no image");
        Assert.Throws<FileNotFoundException>(() => Images.Read(_folder.File("missing.png")));
        var error = Assert.Throws<InvalidDataException>(() => Images.Read(_folder.File("notes.png")));
        Assert.Contains("notes.png", error.Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentOutOfRangeException>("channels", () => Images.Read(_folder.File("notes.png"), channels: 2));
    }
}
