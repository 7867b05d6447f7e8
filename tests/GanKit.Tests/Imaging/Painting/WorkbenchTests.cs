namespace GanKit.Tests.Imaging.Painting;

public class WorkbenchTests
{
    [Fact]
    public void Bytes_TakenTogether_DoNotOverlap()
    {
        var bench = new Workbench();
        for (var round = 0; round < 2; round++)
        {
            var pieces = Enumerable.Range(0, 40).Select(i => bench.Bytes(1 + 700 * i)).ToArray();
            for (var i = 0; i < pieces.Length; i++)
                pieces[i].Span.Fill((byte)i);
            for (var i = 0; i < pieces.Length; i++)
                Assert.Equal(-1, pieces[i].Span.IndexOfAnyExcept((byte)i));
            bench.Clear();
        }
    }

    [Fact]
    public void Clear_AfterMuch_KeepsOneBlockThatHoldsItAll()
    {
        var bench = new Workbench();
        Take();
        bench.Clear();
        var size = bench.Size;
        for (var i = 0; i < 3; i++)
        {
            Take();
            Assert.Equal(0, bench.Here.Block);
            bench.Clear();
            Assert.Equal(size, bench.Size);
        }

        void Take()
        {
            for (var i = 0; i < 10; i++)
                bench.Floats(100_000);
        }
    }

    [Fact]
    public void Clear_AfterSomethingHuge_KeepsNothingOfIt()
    {
        var bench = new Workbench();
        bench.Bytes(1 << 29);
        bench.Clear();
        Assert.Equal(0, bench.Size);
        bench.Bytes(10);
        Assert.InRange(bench.Size, 10, 1 << 20);
    }

    [Fact]
    public void ReturnTo_GivesTheSameMemoryAgain()
    {
        var bench = new Workbench();
        bench.Bytes(100);
        var mark = bench.Here;
        var first = bench.Bytes(50);
        bench.ReturnTo(mark);
        Assert.Equal(first, bench.Bytes(50));
    }
}
