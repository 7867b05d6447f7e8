namespace GanKit.Tests.Imaging.Painting;

public class RenderContextTests
{
    [Fact]
    public void Bytes_TakenTogether_DoNotOverlap()
    {
        var context = new RenderContext();
        for (var round = 0; round < 2; round++)
        {
            var pieces = Enumerable.Range(0, 40).Select(i => context.Bytes(1 + 700 * i)).ToArray();
            for (var i = 0; i < pieces.Length; i++)
                pieces[i].Span.Fill((byte)i);
            for (var i = 0; i < pieces.Length; i++)
                Assert.Equal(-1, pieces[i].Span.IndexOfAnyExcept((byte)i));
            context.Clear();
        }
    }

    [Fact]
    public void Clear_AfterMuch_KeepsOneBlockThatHoldsItAll()
    {
        var context = new RenderContext();
        Take();
        context.Clear();
        var size = context.Size;
        for (var i = 0; i < 3; i++)
        {
            Take();
            Assert.Equal(0, context.Here.Block);
            context.Clear();
            Assert.Equal(size, context.Size);
        }

        void Take()
        {
            for (var i = 0; i < 10; i++)
                context.Floats(100_000);
        }
    }

    [Fact]
    public void Clear_AfterSomethingHuge_KeepsNothingOfIt()
    {
        var context = new RenderContext();
        context.Bytes(1 << 29);
        context.Clear();
        Assert.Equal(0, context.Size);
        context.Bytes(10);
        Assert.InRange(context.Size, 10, 1 << 20);
    }

    [Fact]
    public void ReturnTo_GivesTheSameMemoryAgain()
    {
        var context = new RenderContext();
        context.Bytes(100);
        var mark = context.Here;
        var first = context.Bytes(50);
        context.ReturnTo(mark);
        Assert.Equal(first, context.Bytes(50));
    }
}
