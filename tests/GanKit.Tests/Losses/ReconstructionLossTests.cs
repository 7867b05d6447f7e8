namespace GanKit.Tests.Losses;

public class ReconstructionLossTests
{
    [Fact]
    public void L1AndL2_KnownDifferences_AverageOverElements()
    {
        var (output, target) = (tensor([1f, 2f, 3f, 4f]), tensor([1f, 0f, 4f, 4f]));
        TensorAssert.Close(3.0 / 4, ReconstructionLoss.L1.Loss(output, target));
        TensorAssert.Close(5.0 / 4, ReconstructionLoss.L2.Loss(output, target));
    }

    [Fact]
    public void TotalVariation_Ramp_IsTheSumOfItsSlopes()
    {
        // 2 a step down, 3 a step to the right, whatever the size.
        foreach (var (height, width) in new[] { (2, 2), (5, 3) })
        {
            var down = 2 * arange(height, dtype: float32).view(1, 1, height, 1);
            var right = 3 * arange(width, dtype: float32).view(1, 1, 1, width);
            TensorAssert.Close(5, ReconstructionLoss.TotalVariation(down - right));
        }
    }

    [Fact]
    public void TotalVariation_Constant_IsZero() =>
        TensorAssert.Equal(tensor(0f), ReconstructionLoss.TotalVariation(torch.ones(2, 3, 4, 5)));

    [Fact]
    public void Gradients_AreFiniteDifferences()
    {
        var output = torch.randn(2, 1, 3, 3, dtype: float64, requires_grad: true, generator: new Generator(5));
        var target = torch.zeros_like(output);
        GradientCheck.Passes(() => ReconstructionLoss.L1.Loss(output, target), [output]);
        GradientCheck.Passes(() => ReconstructionLoss.L2.Loss(output, target), [output]);
        GradientCheck.Passes(() => ReconstructionLoss.TotalVariation(output), [output]);
    }

    [Fact]
    public void Loss_ShapesDiffer_ThrowsInsteadOfBroadcasting()
    {
        foreach (var loss in new[] { ReconstructionLoss.L1, ReconstructionLoss.L2 })
        {
            var exception = Assert.Throws<ArgumentException>(
                "target", () => loss.Loss(torch.zeros(2, 3, 8, 8), torch.zeros(2, 1, 8, 8)));
            Assert.Contains("(2, 3, 8, 8)", exception.Message, StringComparison.Ordinal);
            Assert.Contains("(2, 1, 8, 8)", exception.Message, StringComparison.Ordinal);
            Assert.Throws<ArgumentException>("output", () => loss.Loss(torch.zeros(0, 3), torch.zeros(0, 3)));
            Assert.Throws<ArgumentNullException>("output", () => loss.Loss(null!, torch.zeros(1)));
            Assert.Throws<ArgumentNullException>("target", () => loss.Loss(torch.zeros(1), null!));
        }
    }

    [Theory]
    [InlineData(new long[] { 3, 8, 8 }), InlineData(new long[] { 1, 3, 1, 8 }), InlineData(new long[] { 1, 3, 8, 1 }),
        InlineData(new long[] { 0, 3, 8, 8 })]
    public void TotalVariation_NoImages_ThrowsWithTheShape(long[] shape)
    {
        var exception = Assert.Throws<ArgumentException>(
            "images", () => ReconstructionLoss.TotalVariation(torch.zeros(shape)));
        Assert.Contains($"({string.Join(", ", shape)})", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void L2_MetaDevice_ReadsNothingBack()
    {
        // libtorch itself has no absolute value on meta, so L1 and total variation can't be tried there.
        var images = torch.empty([2, 3, 8, 8], device: META);
        Assert.Equal(DeviceType.META, ReconstructionLoss.L2.Loss(images, images).device_type);
    }

    [Fact]
    public void Losses_InAScope_LeaveOnlyTheirResult()
    {
        var images = torch.randn(2, 3, 4, 4);
        using var scope = NewDisposeScope();
        _ = ReconstructionLoss.L1.Loss(images, images);
        _ = ReconstructionLoss.L2.Loss(images, images);
        _ = ReconstructionLoss.TotalVariation(images);
        Assert.Equal(3, scope.DisposablesCount);
    }
}
