using System.Text;
using static GanKit.Tests.PyTorch.Pickle;

namespace GanKit.Tests.PyTorch;

/// <summary>Reading by way of a window must not be seen from outside.</summary>
public class PickleInputTests
{
    [Theory]
    [InlineData(65_530)]
    [InlineData(65_536)]
    [InlineData(200_000)]
    public void Load_TextsAndBytesAcrossTheWindow_AreWhole(int length)
    {
        var text = string.Concat(Enumerable.Range(0, length).Select(i => (char)('a' + (i % 26))));

        var list = Assert.IsType<List<object?>>(Load($"]({Text(text)}{Bin(Bytes(text))}S'{text}'\nV{text}\n{Int(7)}e."));

        Assert.Equal([text, Encoding.Latin1.GetBytes(text), text, text, 7L], list);
    }

    [Fact]
    public void Load_PickleInTheMiddle_StartsWhereItIsTold()
    {
        var input = new PickleInput(new MemoryData(Bytes("??K\u0001.K\u0002.!!")), "the file", start: 2);
        var context = new PickleContext(new PickleBudget(input.Remaining));

        Assert.Equal(1L, PickleMachine.Load(input, context));
        Assert.Equal(2L, PickleMachine.Load(input, context));
        Assert.Equal((8, 2), (input.Position, input.Remaining));
    }

    [Fact]
    public void Skip_WithinAndBeyondTheWindow_GivesTheSameBytes()
    {
        var bytes = Enumerable.Range(0, 150_000).Select(i => (byte)(i * 7)).ToArray();
        var input = new PickleInput(new MemoryData(bytes), "the file");

        Assert.Equal(bytes[0], input.ReadByte());
        Assert.Equal(bytes[1..101], input.Skip(100).ToArray());
        Assert.Equal(bytes[101], input.ReadByte());
        Assert.Equal(bytes[102..100_102], input.Skip(100_000).ToArray());
        Assert.Equal(bytes[100_102..], input.ReadBytes(input.Remaining));
        Assert.Throws<CheckpointFormatException>(() => input.ReadByte());
    }
}
