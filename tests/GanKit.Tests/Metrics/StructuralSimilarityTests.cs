namespace GanKit.Tests.Metrics;

public class StructuralSimilarityTests
{
    [Fact]
    public void Measure_EqualImages_IsOneEach() =>
        TensorAssert.Close(torch.ones(3), new StructuralSimilarity().Measure(Noise(3, 3, 16, 20), Noise(3, 3, 16, 20)));

    /// <summary>Without contrast, brightness alone is compared: (2 a b + C1) / (a² + b² + C1).</summary>
    [Theory]
    [InlineData(0.5, 0.25, 2, 0.01), InlineData(-0.5, 0.5, 2, 0.01), InlineData(100, 200, 255, 0.05)]
    public void Measure_ConstantImages_IsTheClosedForm(double a, double b, double range, double k1)
    {
        var c1 = Math.Pow(k1 * range, 2);
        var (images, targets) = (
            torch.full([2, 1, 11, 12], a, dtype: float64), torch.full([2, 1, 11, 12], b, dtype: float64));

        var similarity = new StructuralSimilarity { Range = new(-range / 2, range / 2), K1 = k1 }.Measure(images, targets);

        TensorAssert.Close(
            torch.full([2], (2 * a * b + c1) / (a * a + b * b + c1), dtype: float64), similarity, absolute: 1e-9);
    }

    /// <summary>
    /// With a mean of about zero everywhere, an image and its inverse differ in the sign of their covariance.
    /// </summary>
    [Fact]
    public void Measure_InverseChecks_IsNegative()
    {
        var checks = (torch.arange(16).view(16, 1) + torch.arange(16)).remainder(2).to(float64).view(1, 1, 16, 16) * 2 - 1;

        Assert.InRange(new StructuralSimilarity().Measure(checks, -checks).item<double>(), -1, -0.95);
    }

    [Fact]
    public void Measure_ABatch_IsEachPairAlone()
    {
        var (images, targets) = (Noise(4, 3, 16, 16), Noise(4, 3, 16, 16, seed: 2));
        var similarity = new StructuralSimilarity();

        var together = similarity.Measure(images, targets);

        Assert.Equal([4], together.shape);
        for (var i = 0; i < 4; i++)
        {
            TensorAssert.Close(
                together.narrow(0, i, 1), similarity.Measure(images.narrow(0, i, 1), targets.narrow(0, i, 1)));
        }
    }

    [Fact]
    public void Measure_SwappedImages_IsTheSame()
    {
        var (images, targets) = (Noise(2, 3, 16, 16), Noise(2, 3, 16, 16, seed: 2));
        TensorAssert.Close(
            new StructuralSimilarity().Measure(images, targets), new StructuralSimilarity().Measure(targets, images));
    }

    [Fact]
    public void Measure_Strides_DoNotMatter()
    {
        var (images, targets) = (Noise(2, 3, 16, 20), Noise(2, 3, 16, 20, seed: 2));
        var turned = images.permute(0, 2, 3, 1).contiguous().permute(0, 3, 1, 2);

        TensorAssert.Close(
            new StructuralSimilarity().Measure(images, targets), new StructuralSimilarity().Measure(turned, targets));
    }

    [Fact]
    public void Measure_HalfPrecision_ComputesInSinglePrecision()
    {
        var (images, targets) = (Noise(2, 3, 16, 16).to(bfloat16), Noise(2, 3, 16, 16, seed: 2).to(bfloat16));
        TensorAssert.Close(
            new StructuralSimilarity().Measure(images.to(float32), targets.to(float32)), new StructuralSimilarity().Measure(
                images, targets));
    }

    [Fact]
    public void Gradients_AreFiniteDifferences()
    {
        var images = Noise(2, 1, 7, 8).to(float64).requires_grad_();
        var targets = Noise(2, 1, 7, 8, seed: 2).to(float64).requires_grad_();
        var similarity = new StructuralSimilarity { WindowSize = 5 };

        GradientCheck.Passes(() => similarity.Measure(images, targets).sum(), [images, targets]);
    }

    [Fact]
    public void Measure_LeavesNoTensorBehind()
    {
        var (images, targets) = (Noise(2, 3, 16, 16), Noise(2, 3, 16, 16, seed: 2));
        var before = LiveTensors.OfThisThread;

        new StructuralSimilarity().Measure(images, targets).Dispose();

        Assert.Equal(before, LiveTensors.OfThisThread);
    }

    [Theory]
    [InlineData(new long[] { 3, 16, 16 }), InlineData(new long[] { 1, 3, 10, 16 }), InlineData(new long[] { 1, 3, 16, 10 }),
        InlineData(new long[] { 0, 3, 16, 16 })]
    public void Measure_NoImagesOrTooSmall_ThrowsWithTheShapeAndTheWindow(long[] shape)
    {
        var exception = Assert.Throws<ArgumentException>(
            "images", () => new StructuralSimilarity().Measure(torch.zeros(shape), torch.zeros(shape)));
        Assert.Contains($"({string.Join(", ", shape)})", exception.Message, StringComparison.Ordinal);
        Assert.Contains("11 x 11", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Measure_WhatDoesNotFit_Throws()
    {
        var (similarity, images) = (new StructuralSimilarity(), torch.zeros(2, 3, 16, 16));

        var exception = Assert.Throws<ArgumentException>(
            "targets", () => similarity.Measure(images, torch.zeros(2, 1, 16, 16)));
        Assert.Contains("(2, 1, 16, 16)", exception.Message, StringComparison.Ordinal);
        exception = Assert.Throws<ArgumentException>("targets", () => similarity.Measure(images, images.to(float64)));
        Assert.Contains("Float64", exception.Message, StringComparison.Ordinal);
        exception = Assert.Throws<ArgumentException>(
            "images", () => similarity.Measure(images.to(int64), images.to(int64)));
        Assert.Contains("Int64", exception.Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentNullException>("images", () => similarity.Measure(null!, images));
        Assert.Throws<ArgumentNullException>("targets", () => similarity.Measure(images, null!));
    }

    [Theory]
    [InlineData(0), InlineData(-1), InlineData(double.NaN), InlineData(double.PositiveInfinity)]
    public void Options_NotPositive_Throw(double value)
    {
        Assert.Throws<ArgumentOutOfRangeException>("Sigma", () => new StructuralSimilarity { Sigma = value });
        Assert.Throws<ArgumentOutOfRangeException>("K1", () => new StructuralSimilarity { K1 = value });
        Assert.Throws<ArgumentOutOfRangeException>("K2", () => new StructuralSimilarity { K2 = value });
    }

    [Theory]
    [InlineData(1), InlineData(10), InlineData(-11)]
    public void WindowSize_EvenOrTooSmall_Throws(int value) =>
        Assert.Throws<ArgumentOutOfRangeException>("WindowSize", () => new StructuralSimilarity { WindowSize = value });

    private static Tensor Noise(long count, long channels, long height, long width, ulong seed = 1) =>
        torch.rand(count, channels, height, width, generator: new Generator(seed)) * 2 - 1;
}
