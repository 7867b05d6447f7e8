using static TorchSharp.torch.nn;

namespace GanKit.Tests.Initialization;

public class OrthogonalTests
{
    [Theory]
    [InlineData(40, 30, 1.0)]
    [InlineData(30, 40, 1.5)]
    [InlineData(30, 30, 0.5)]
    public void Orthogonal_OfAMatrix_HasOrthonormalRowsOrColumns(long rows, long columns, double gain)
    {
        using var scope = NewDisposeScope();
        using var layer = Linear(columns, rows).to(float64).Initialize(Initializer.Orthogonal(gain));
        var weight = layer.get_parameter("weight")!.detach() / gain;

        var product = rows < columns ? weight.mm(weight.t()) : weight.t().mm(weight);

        TensorAssert.Close(torch.eye(Math.Min(rows, columns), dtype: float64), product, absolute: 1e-12);
    }

    [Fact]
    public void Orthogonal_OfOneNumber_HasBothSigns()
    {
        using var scope = NewDisposeScope();
        using var layer = Linear(1, 1);
        using var generator = new Generator(5, CPU);

        var weights = Enumerable.Range(0, 40).Select(
            _ => layer.Initialize(Initializer.Orthogonal(), generator).get_parameter("weight")!.item<float>()).ToArray();

        Assert.All(weights, weight => Assert.Equal(1, Math.Abs(weight), 1e-6));
        Assert.InRange(weights.Count(weight => weight < 0), 8, 32);
    }

    [Fact]
    public void Orthogonal_OfAConvolution_IsOrthogonalAsAMatrix()
    {
        using var scope = NewDisposeScope();
        using var layer = Conv2d(3, 8, 3).to(float64).Initialize(Initializer.Orthogonal());
        var matrix = layer.get_parameter("weight")!.detach().flatten(1); // (8, 27)

        TensorAssert.Close(torch.eye(8, dtype: float64), matrix.mm(matrix.t()), absolute: 1e-12);
    }
}
