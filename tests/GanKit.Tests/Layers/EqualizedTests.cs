using GanKit.Layers;

namespace GanKit.Tests.Layers;

public class EqualizedTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(0.01)]
    public void Weights_OfAFreshLayer_AreNormalWithDeviationOneOverTheMultiplier(double multiplier)
    {
        using var scope = NewDisposeScope();
        using var linear = new EqualizedLinear(128, 128, learningRateMultiplier: multiplier);
        using var conv = new EqualizedConv2d(32, 64, kernelSize: 3, learningRateMultiplier: multiplier);

        foreach (var weight in new[] { linear.get_parameter("weight")!, conv.get_parameter("weight")! })
        {
            TensorAssert.Close(0, weight.mean() * multiplier, absolute: 0.04);
            TensorAssert.Close(1, weight.std() * multiplier, relative: 0.04);
        }

        TensorAssert.Equal(torch.zeros(128), linear.get_parameter("bias")!);
    }

    [Fact]
    public void Forward_OfNormalInputs_HasTheGainAsDeviation()
    {
        using var scope = NewDisposeScope();
        using var linear = new EqualizedLinear(256, 256, learningRateMultiplier: 0.01);
        using var conv = new EqualizedConv2d(64, 64, kernelSize: 3, padding: 0, gain: 1);

        TensorAssert.Close(Math.Sqrt(2), linear.call(randn(256, 256)).std(), relative: 0.05);
        TensorAssert.Close(1, conv.call(randn(16, 64, 8, 8)).std(), relative: 0.05);
    }

    [Fact]
    public void Gradient_WithASmallMultiplier_IsThatMuchSmaller()
    {
        using var scope = NewDisposeScope();
        using var normal = new EqualizedLinear(4, 3);
        using var slow = new EqualizedLinear(4, 3, learningRateMultiplier: 0.1);
        var input = randn(5, 4);

        normal.call(input).sum().backward();
        slow.call(input).sum().backward();

        TensorAssert.Close(normal.get_parameter("weight")!.grad! * 0.1f, slow.get_parameter("weight")!.grad!);
        TensorAssert.Close(normal.get_parameter("bias")!.grad! * 0.1f, slow.get_parameter("bias")!.grad!);
    }

    [Fact]
    public void Constructor_WithoutBias_HasOnlyAWeight()
    {
        using var linear = new EqualizedLinear(4, 3, bias: false);
        using var conv = new EqualizedConv2d(4, 3, kernelSize: 1, bias: false);

        Assert.Equal(["weight"], linear.state_dict().Keys);
        Assert.Equal(["weight"], conv.state_dict().Keys);
    }

    [Fact]
    public void Linear_OnMeta_NeedsNoData()
    {
        using var scope = NewDisposeScope();
        using var linear = new EqualizedLinear(4, 3, learningRateMultiplier: 0.1).to(META);

        var output = linear.call(torch.ones([2, 4], device: META));
        output.sum().backward();

        Assert.Equal(DeviceType.META, output.device_type);
        Assert.Equal(DeviceType.META, linear.get_parameter("weight")!.grad!.device_type);
    }

    [Theory]
    [InlineData(0, 1, 1, 1, 0)]
    [InlineData(1, 0, 1, 1, 0)]
    [InlineData(1, 1, 0, 1, 0)]
    [InlineData(1, 1, 1, 0, 0)]
    [InlineData(1, 1, 1, 1, -1)]
    public void Conv_WithSizesOutOfRange_Throws(
        long inChannels, long outChannels, long kernelSize, long stride, long padding) =>
        Assert.Throws<ArgumentOutOfRangeException>(
            () => new EqualizedConv2d(inChannels, outChannels, kernelSize, stride, padding));

    [Theory]
    [InlineData(0, 1, 1, 1)]
    [InlineData(1, 0, 1, 1)]
    [InlineData(1, 1, 0, 1)]
    [InlineData(1, 1, 1, 0)]
    public void Linear_WithNumbersOutOfRange_Throws(
        long inFeatures, long outFeatures, double gain, double multiplier) =>
        Assert.Throws<ArgumentOutOfRangeException>(
            () => new EqualizedLinear(inFeatures, outFeatures, gain: gain, learningRateMultiplier: multiplier));
}
