using GanKit.Layers;
using static TorchSharp.torch.nn;

namespace GanKit.Tests.Layers;

public class ConvBlockTests
{
    public static TheoryData<string, bool> Biases { get; } = new()
    {
        { "None", true }, { "Pixel", true }, { "Group(1)", true }, { "Batch", false }, { "Instance", false },
    };

    [Theory]
    [MemberData(nameof(Biases))]
    public void Bias_ByDefault_IsLeftOutWhereTheNormCancelsIt(string name, bool expected)
    {
        var norm = new[] { Norm.None, Norm.Pixel, Norm.Group(1), Norm.Batch, Norm.Instance }
            .Single(norm => norm.ToString() == name);
        using var down = new ConvBlock(2, 4, norm: norm);
        using var up = new ConvTransposeBlock(2, 4, norm: norm);
        using var residual = new ResidualBlock(4, norm);

        Assert.Equal(expected, down.state_dict().ContainsKey("conv.bias"));
        Assert.Equal(expected, up.state_dict().ContainsKey("conv.bias"));
        Assert.Equal(expected, residual.state_dict().ContainsKey("body.conv1.bias"));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Bias_WhenAskedFor_IsAsAskedFor(bool bias)
    {
        using var down = new ConvBlock(2, 4, norm: Norm.Batch, bias: bias);
        using var up = new ConvTransposeBlock(2, 4, norm: Norm.None, bias: bias);

        Assert.Equal(bias, down.state_dict().ContainsKey("conv.bias"));
        Assert.Equal(bias, up.state_dict().ContainsKey("conv.bias"));
    }

    [Theory]
    [InlineData(1, 1, 12)]
    [InlineData(3, 1, 12)]
    [InlineData(7, 1, 12)]
    [InlineData(3, 2, 6)]
    [InlineData(4, 2, 6)]
    [InlineData(5, 2, 6)]
    public void Size_WithDefaultPadding_IsKeptOrHalved(long kernelSize, long stride, long expected)
    {
        using var scope = NewDisposeScope();
        using var block = new ConvBlock(2, 3, kernelSize, stride);

        Assert.Equal([1, 3, expected, expected], block.call(torch.zeros(1, 2, 12, 12)).shape);
    }

    [Theory]
    [InlineData(1, 1)]
    [InlineData(3, 1)]
    [InlineData(2, 2)]
    [InlineData(3, 2)]
    [InlineData(4, 2)]
    [InlineData(5, 2)]
    [InlineData(4, 4)]
    [InlineData(5, 3)]
    [InlineData(6, 3)]
    public void Size_OfATransposedBlockWithDefaultPadding_IsMultipliedByTheStride(long kernelSize, long stride)
    {
        using var scope = NewDisposeScope();
        using var block = new ConvTransposeBlock(2, 3, kernelSize, stride);

        Assert.Equal([1, 3, 5 * stride, 7 * stride], block.call(torch.zeros(1, 2, 5, 7)).shape);
    }

    [Fact]
    public void Size_OfATransposedBlockWithGivenPadding_IsPyTorchs()
    {
        using var scope = NewDisposeScope();
        using var project = new ConvTransposeBlock(8, 3, kernelSize: 4, stride: 1, padding: 0);
        using var padded = new ConvTransposeBlock(8, 3, kernelSize: 5, stride: 3, padding: 1, outputPadding: 2);

        Assert.Equal([1, 3, 4, 4], project.call(torch.zeros(1, 8, 1, 1)).shape);
        Assert.Equal([1, 3, 11, 11], padded.call(torch.zeros(1, 8, 3, 3)).shape);
    }

    [Theory]
    [InlineData(1, 2)]
    [InlineData(4, 1)]
    public void TransposedConstructor_WhereNoPaddingIsExact_AsksForOne(long kernelSize, long stride)
    {
        var error = Assert.Throws<ArgumentException>(() => new ConvTransposeBlock(2, 3, kernelSize, stride));

        Assert.Contains("give the padding", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(0, 1, 3, 1, 0)]
    [InlineData(1, 0, 3, 1, 0)]
    [InlineData(1, 1, 0, 1, 0)]
    [InlineData(1, 1, 3, 0, 0)]
    [InlineData(1, 1, 3, 1, -1)]
    public void Constructors_WithNumbersOutOfRange_Throw(
        long inChannels, long outChannels, long kernelSize, long stride, long padding)
    {
        Assert.Throws<ArgumentOutOfRangeException>(
            () => new ConvBlock(inChannels, outChannels, kernelSize, stride, padding));
        Assert.Throws<ArgumentOutOfRangeException>(
            () => new ConvTransposeBlock(inChannels, outChannels, kernelSize, stride, padding));
    }

    [Theory]
    [InlineData(-1)]
    [InlineData(2)]
    public void TransposedConstructor_WithOutputPaddingOutOfRange_Throws(long outputPadding) =>
        Assert.Throws<ArgumentOutOfRangeException>(() => new ConvTransposeBlock(1, 1, outputPadding: outputPadding));

    [Fact]
    public void Dispose_OfABlock_DisposesItsParts()
    {
        var block = new ConvBlock(2, 3, norm: Norm.Batch, activation: PReLU(1));
        var tensors = block.state_dict().Values.ToArray();

        block.Dispose();

        Assert.All(tensors, tensor => Assert.True(tensor.IsInvalid));
    }
}
