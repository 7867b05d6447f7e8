using Xunit.Sdk;

namespace GanKit.Tests;

public class TensorAssertTests
{
    [Fact]
    public void Close_WithinTolerance_Passes() =>
        TensorAssert.Close(tensor([1.0, 1e6]), tensor([1.0 + 5e-6, 1e6 + 5]));

    [Fact]
    public void Close_OneElementOff_SaysWhereAndByHowMuch()
    {
        var expected = torch.zeros(2, 3, dtype: ScalarType.Float64);
        var actual = expected.clone();
        actual[1, 2] = 0.25;

        var failure = Assert.ThrowsAny<XunitException>(() => TensorAssert.Close(expected, actual));

        Assert.Contains("1 of 6 elements", failure.Message, StringComparison.Ordinal);
        Assert.Contains(
            "at [1, 2] of shape (2, 3): expected 0, actual 0.25, difference 0.25", failure.Message,
            StringComparison.Ordinal);
    }

    [Fact]
    public void Close_NaN_Fails()
    {
        var failure = Assert.ThrowsAny<XunitException>(
            () => TensorAssert.Close(tensor([0.0, 1.0]), tensor([double.NaN, 1.0])));
        Assert.Contains("[0]", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Close_ShapesDiffer_Fails() =>
        Assert.ThrowsAny<XunitException>(() => TensorAssert.Close(torch.zeros(3), torch.zeros(1, 3)));

    [Fact]
    public void Finite_Infinity_Fails() =>
        Assert.ThrowsAny<XunitException>(() => TensorAssert.Finite(tensor([1.0, double.PositiveInfinity])));

    [Fact]
    public void GradientCheck_RightGradient_PassesAndLeavesValues()
    {
        var weights = tensor([0.5, -1.5], requires_grad: true);
        GradientCheck.Passes(() => weights.pow(3).sum(), [weights]);
        TensorAssert.Equal(tensor([0.5, -1.5]), weights.detach());
        Assert.Null(weights.grad);
    }

    [Fact]
    public void GradientCheck_WrongGradient_Fails()
    {
        var weights = tensor([0.5, -1.5], requires_grad: true);
        // The detached factor hides half of the square's slope from autograd.
        Assert.ThrowsAny<XunitException>(() => GradientCheck.Passes(() => (weights * weights.detach()).sum(), [weights]));
    }
}
