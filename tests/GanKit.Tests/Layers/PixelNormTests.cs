using GanKit.Layers;

namespace GanKit.Tests.Layers;

public class PixelNormTests
{
    [Theory]
    [InlineData(0.01)]
    [InlineData(1000)]
    public void Forward_OfAnyMagnitude_GivesUnitMeanSquare(double magnitude)
    {
        using var scope = NewDisposeScope();
        using var layer = new PixelNorm();

        var output = layer.call(randn(4, 16, 3, 5) * magnitude);

        TensorAssert.Close(torch.ones(4, 3, 5), output.square().mean([1]), relative: 1e-3);
    }

    [Fact]
    public void Forward_OfLatents_NormalisesEachVector()
    {
        using var scope = NewDisposeScope();
        using var layer = new PixelNorm();

        TensorAssert.Close(tensor(new[,] { { 0.8485281f, 1.1313708f } }), layer.call(tensor(new[,] { { 3f, 4f } })));
    }

    [Theory]
    [InlineData(ScalarType.Float32)]
    [InlineData(ScalarType.BFloat16)]
    [InlineData(ScalarType.Float16)]
    public void Backward_OfAZeroPixel_IsFinite(ScalarType dtype)
    {
        using var scope = NewDisposeScope();
        using var layer = new PixelNorm();
        var input = torch.zeros([1, 4, 1, 1], dtype, requires_grad: true);

        var output = layer.call(input);
        output.sum().backward();

        Assert.Equal(dtype, output.dtype);
        TensorAssert.Finite(output);
        TensorAssert.Finite(input.grad!);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(-1e-8)]
    public void Constructor_WithoutPositiveEpsilon_Throws(double epsilon) =>
        Assert.Throws<ArgumentOutOfRangeException>(() => new PixelNorm(epsilon));
}
