namespace GanKit.Tests.Imaging;

public class PaletteTests
{
    [Fact]
    public void Of_256Colours_KeepsEachExactly()
    {
        byte[] rgb = [.. Enumerable.Range(0, 256).SelectMany(i => new byte[] { (byte)i, 1, 2 })];
        var palette = Palette.Of(new PixelBuffer(rgb, Width: 16, Height: 16, Channels: 3));
        Assert.Equal(rgb, palette.Indices.SelectMany(index => palette.Colours[(3 * index)..(3 * index + 3)]));
    }
}
