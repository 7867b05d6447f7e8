namespace GanKit.Tests.PyTorch;

public sealed class FileDataTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData(8)]
    [InlineData(20)]
    [InlineData(80)]
    [InlineData(1000)]
    public void Read_InStretches_FillsTheWholeTensor(long stretch)
    {
        var expected = arange(10, dtype: ScalarType.Int64);
        File.WriteAllBytes(_folder.File("data"), [1, 2, 3, .. expected.bytes]);
        using var handle = File.OpenHandle(_folder.File("data"));
        var data = new FileData(handle, 3, 80);
        var read = empty(10, dtype: ScalarType.Int64);
        var stretches = 0;
        read.VisitBytes(
            (offset, bytes) =>
            {
                data.Read(offset, bytes);
                stretches++;
            },
            stretch);
        TensorAssert.Equal(expected, read);
        Assert.Equal((10 + (stretch / 8) - 1) / (stretch / 8), stretches);
    }

    [Theory]
    [InlineData(-1, 1)]
    [InlineData(5, 1)]
    [InlineData(2, 4)]
    [InlineData(long.MaxValue, 1)]
    public void Read_OutsideItsStretch_IsRefused(long offset, int count)
    {
        File.WriteAllBytes(_folder.File("data"), new byte[100]);
        using var handle = File.OpenHandle(_folder.File("data"));
        Assert.Throws<CheckpointFormatException>(() => new FileData(handle, 10, 5).Read(offset, new byte[count]));
    }

    [Fact]
    public void Read_FileThatWasCutWhileOpen_SaysWhere()
    {
        File.WriteAllBytes(_folder.File("data"), new byte[12]);
        using var handle = File.OpenHandle(_folder.File("data"));
        var message = Assert.Throws<CheckpointFormatException>(() => new FileData(handle, 10, 5).Read(0, new byte[5]))
            .Message;
        Assert.Contains("ends at byte 12", message, StringComparison.Ordinal);
    }
}
