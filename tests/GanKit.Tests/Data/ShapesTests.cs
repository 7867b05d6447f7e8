namespace GanKit.Tests.Data;

public class ShapesTests
{
    [Theory]
    [InlineData(16, 1)]
    [InlineData(32, 3)]
    public void Load_DrawsEachClassInRange_TheSameForTheSameSeed(int size, int channels)
    {
        using var scope = NewDisposeScope();
        var shapes = Shapes.Load(count: 40, size, channels, seed: 3);
        Assert.Equal(40, shapes.Count);
        Assert.Equal(["disc", "ring", "square", "triangle"], shapes.Classes);
        for (var i = 0; i < 40; i++)
        {
            var image = shapes.Source.Open(i).ToTensor();
            Assert.Equal([channels, size, size], image.shape);
            Assert.Equal(i % 4, shapes.Source.Label(i));
            Assert.Equal(-1, image.min().item<float>()); // black background all around
            Assert.Equal(-1, image[TensorIndex.Colon, 0].max().item<float>());
            Assert.InRange(image.max().item<float>(), -0.7f, 1f);
            TensorAssert.Equal(image, Shapes.Load(40, size, channels, seed: 3).Source.Open(i).ToTensor());
        }

        Assert.False(shapes.Source.Open(0).ToTensor().allclose(Shapes.Load(40, size, channels, seed: 4).Source.Open(0).ToTensor()));
    }

    [Fact]
    public void Load_RingHasAHole_DiscHasNone()
    {
        using var scope = NewDisposeScope();
        var shapes = Shapes.Load(size: 64).Source;
        Assert.True(shapes.Open(0).ToTensor()[0, 32, 32].item<float>() > 0);
        Assert.Equal(-1, shapes.Open(1).ToTensor()[0, 32, 32].item<float>());
    }

    [Fact]
    public void Load_ArgumentsOutOfRange_Throw()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => Shapes.Load(count: 0));
        Assert.Throws<ArgumentOutOfRangeException>(() => Shapes.Load(size: 8));
        Assert.Contains(
            "1 channel", Assert.Throws<ArgumentOutOfRangeException>(() => Shapes.Load(channels: 2)).Message,
            StringComparison.Ordinal);
        Assert.Throws<ArgumentOutOfRangeException>(() => Shapes.Load(count: 3).Source.Open(3).ToTensor());
    }
}
