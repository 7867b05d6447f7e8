namespace GanKit.Tests.Imaging;

public class ImageGridTests
{
    [Theory]
    [InlineData(64, 3, 8, 2)]
    [InlineData(10, 3, 4, 2)]
    [InlineData(3, 1, 8, 5)]
    [InlineData(5, 4, 1, 0)]
    [InlineData(1, 3, 8, 1)]
    public void Make_AnyBatch_PlacesImagesAsTorchvisionDoes(int count, int channels, int columns, int padding)
    {
        using var scope = NewDisposeScope();
        var images = rand(count, channels, 4, 6);

        var grid = ImageGrid.Make(images, columns, padding, padValue: 0.25);

        // torchvision's loop: image k at row k / c and column k % c, each cell offset by the padding.
        var across = Math.Min(columns, count);
        var down = (int)Math.Ceiling((double)count / across);
        var expected = full([channels, down * (4 + padding) + padding, across * (6 + padding) + padding], 0.25f);
        for (var k = 0; k < count; k++)
        {
            expected
                .narrow(1, k / across * (4 + padding) + padding, 4)
                .narrow(2, k % across * (6 + padding) + padding, 6)
                .copy_(images[k]);
        }

        Assert.Equal(expected.shape, grid.shape);
        Assert.True(expected.equal(grid).all().item<bool>());
    }

    [Fact]
    public void Make_Result_IsTheCallersAndApartFromItsInput()
    {
        using var images = zeros(4, 1, 2, 2);
        var before = LiveTensors.OfThisThread;

        using (var grid = ImageGrid.Make(images, columns: 2, padding: 0))
        {
            Assert.Equal(before + 1, LiveTensors.OfThisThread);
            grid.fill_(1);
        }

        Assert.Equal(0, images.sum().item<float>());
    }

    [Fact]
    public void Make_OnMetaDevice_NeedsNoValues()
    {
        using var images = zeros([4, 3, 8, 8], device: META, dtype: ScalarType.Float16);
        using var grid = ImageGrid.Make(images, columns: 2);
        Assert.Equal([3, 22, 22], grid.shape);
        Assert.Equal(ScalarType.Float16, grid.dtype);
    }

    [Theory]
    [InlineData(new long[] { 3, 8, 8 }, ".unsqueeze(0)")]
    [InlineData(new long[] { 8, 2 }, ".view(B, C, H, W)")]
    [InlineData(new long[] { 0, 3, 8, 8 }, "at least one image")]
    public void Make_NoBatchOfImages_SaysWhatToDo(long[] shape, string expected)
    {
        using var images = zeros(shape);
        var error = Assert.Throws<ArgumentException>(() => ImageGrid.Make(images));
        Assert.Contains(expected, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Make_OptionsOutOfRange_Throws()
    {
        using var images = zeros(4, 3, 8, 8);
        Assert.Throws<ArgumentOutOfRangeException>("columns", () => ImageGrid.Make(images, columns: 0));
        Assert.Throws<ArgumentOutOfRangeException>("padding", () => ImageGrid.Make(images, padding: -1));
    }
}
