namespace GanKit.Tests.Imaging;

public class ImageGridRowsTests
{
    [Fact]
    public void Rows_OfThreeBatches_PutsPartnersSideBySide()
    {
        using var scope = NewDisposeScope();
        var batches = Enumerable.Range(0, 3)
            .Select(column => tensor(new[] { 10f * column, 10f * column + 1 }).reshape(2, 1, 1, 1)).ToArray();

        Assert.Equal([0f, 10, 20, 1, 11, 21], ImageGrid.Rows(batches).flatten().data<float>().ToArray());
    }

    [Fact]
    public void Rows_OfGreyAmongColour_MakesItColoured()
    {
        using var scope = NewDisposeScope();

        var rows = ImageGrid.Rows(full(2, 1, 4, 5, 0.5f), zeros(2, 3, 4, 5));

        Assert.Equal([4, 3, 4, 5], rows.shape);
        TensorAssert.Equal(full(3, 4, 5, 0.5f), rows[0]);
    }

    [Fact]
    public void Rows_OfUnequalBatches_SaysWhatTheyAre()
    {
        using var scope = NewDisposeScope();
        Assert.Throws<ArgumentException>(() => ImageGrid.Rows());
        Assert.Throws<ArgumentException>(() => ImageGrid.Rows(zeros(3, 4, 5)));
        Assert.Contains(
            "(3, 1, 4, 5)", Assert.Throws<ArgumentException>(() => ImageGrid.Rows(zeros(2, 1, 4, 5), zeros(3, 1, 4, 5)))
                .Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentException>(() => ImageGrid.Rows(zeros(2, 2, 4, 5), zeros(2, 3, 4, 5)));
    }
}
