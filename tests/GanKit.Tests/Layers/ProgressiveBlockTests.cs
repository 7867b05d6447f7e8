using GanKit.Layers;

namespace GanKit.Tests.Layers;

public class ProgressiveBlockTests
{
    [Fact]
    public void UpBlock_WithPixelNorm_EndsInUnitMeanSquare()
    {
        using var scope = NewDisposeScope();
        using var block = new UpBlock(4, 6, Norm.Pixel);

        TensorAssert.Close(torch.ones(2, 6, 6), block.call(randn(2, 4, 3, 3)).square().mean([1]), relative: 1e-3);
    }

    [Fact]
    public void UpBlock_WithAnotherNorm_HasItsState()
    {
        using var block = new UpBlock(4, 6, Norm.Group(2));

        Assert.Equal(
            [
                "conv1.weight", "conv1.bias", "norm1.weight", "norm1.bias",
                "conv2.weight", "conv2.bias", "norm2.weight", "norm2.bias",
            ],
            block.state_dict().Keys);
    }

    [Fact]
    public void DownBlock_OfAnOddSize_SaysSo()
    {
        using var scope = NewDisposeScope();
        using var block = new DownBlock(3, 4);

        var error = Assert.Throws<ArgumentException>(() => block.call(torch.zeros(1, 3, 4, 5)));

        Assert.Contains("must be even", error.Message, StringComparison.Ordinal);
        Assert.Contains("(1, 3, 4, 5)", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Constructors_WithBadArguments_Throw()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => new UpBlock(0, 4, Norm.Pixel));
        Assert.Throws<ArgumentOutOfRangeException>(() => new UpBlock(4, 0, Norm.Pixel));
        Assert.Throws<ArgumentNullException>(() => new UpBlock(4, 4, null!));
        Assert.Throws<ArgumentOutOfRangeException>(() => new DownBlock(0, 4));
        Assert.Throws<ArgumentOutOfRangeException>(() => new DownBlock(4, 0));
    }
}
