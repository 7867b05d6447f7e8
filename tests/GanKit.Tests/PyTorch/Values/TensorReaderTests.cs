using System.Runtime.InteropServices;

namespace GanKit.Tests.PyTorch;

public class TensorReaderTests
{
    private readonly MemoryData _storage = new(MemoryMarshal.AsBytes<float>(new[] { 0f, 1, 2, 3, 4, 5 }).ToArray());

    [Fact]
    public void ReadAll_OfViewsOfOneStorage_SharesTheirMemory()
    {
        using var scope = NewDisposeScope();
        var read = TensorReader.ReadAll(new Dictionary<string, PyTorchTensor>
        {
            ["all"] = Float([2, 3]),
            ["column"] = Float([2], [3], offset: 1),
            ["transposed"] = Float([3, 2], [1, 3]),
        });

        read["all"].fill_(7);

        Assert.Equal(["all", "column", "transposed"], read.Keys);
        TensorAssert.Equal(full(2, 7f), read["column"]);
        Assert.Equal([1, 3], read["transposed"].stride());
    }

    [Fact]
    public void ReadAll_OfViewsThatBeginInTheMiddle_GivesTheirNumbers()
    {
        using var scope = NewDisposeScope();
        var read = TensorReader.ReadAll(new Dictionary<string, PyTorchTensor>
        {
            ["last"] = Float([1], offset: 5),
            ["third"] = Float([], offset: 2),
        });

        TensorAssert.Equal(tensor(new[] { 5f }), read["last"]);
        Assert.Equal(2, read["third"].item<float>());
    }

    // Found by FuzzTests.
    [Fact]
    public void ReadAll_OfAnEmptyViewAmongOthers_GivesItItsSizes()
    {
        using var scope = NewDisposeScope();
        var read = TensorReader.ReadAll(new Dictionary<string, PyTorchTensor>
        {
            ["empty"] = Float([0, 2], offset: 1 << 20),
            ["all"] = Float([6]),
        });

        Assert.Equal([0, 2], read["empty"].shape);
        TensorAssert.Equal(arange(6, dtype: float32), read["all"]);
    }

    [Fact]
    public void ReadAll_WithOneThatCantBeRead_NamesItAndLeavesNothing()
    {
        zeros(1).Dispose();
        var before = LiveTensors.OfThisThread;

        var error = Assert.Throws<CheckpointFormatException>(() => TensorReader.ReadAll(new Dictionary<string, PyTorchTensor>
        {
            ["good"] = Float([6]),
            ["bad"] = new(_storage, PyTorchDtype.Find("uint16")!, [2]),
        }));

        Assert.Contains("'bad'", error.Message, StringComparison.Ordinal);
        Assert.Contains("uint16", error.Message, StringComparison.Ordinal);
        Assert.Equal(before, LiveTensors.OfThisThread);
    }

    [Theory]
    [InlineData(new[] { 7L }, new[] { 1L }, 0)]
    [InlineData(new[] { 2L, 3L }, new[] { 4L, 1L }, 0)]
    [InlineData(new[] { 6L }, new[] { 1L }, 1)]
    [InlineData(new[] { -1L }, new[] { 1L }, 0)]
    [InlineData(new[] { 2L }, new[] { -1L }, 1)]
    [InlineData(new[] { 2L }, new[] { 1L, 1L }, 0)]
    [InlineData(new[] { 1L << 62, 1L << 62 }, new[] { 1L, 1L }, 0)]
    [InlineData(new[] { 1L }, new[] { 1L }, long.MaxValue)]
    public void Tensor_BeyondItsStorage_IsRefused(long[] shape, long[] strides, long offset) =>
        Assert.Throws<CheckpointFormatException>(() => Float(shape, strides, offset));

    [Fact]
    public void Read_OfARepeatedView_TakesNoMoreThanTheStorage()
    {
        using var scope = NewDisposeScope();

        using var read = Float([1L << 40], [0], offset: 3).Read();

        Assert.Equal([1L << 40], read.shape);
        Assert.Equal(3, read[12345].item<float>());
    }

    private PyTorchTensor Float(long[] shape, long[]? strides = null, long offset = 0) =>
        new(_storage, PyTorchDtype.Find("float32")!, shape, strides, offset);
}
