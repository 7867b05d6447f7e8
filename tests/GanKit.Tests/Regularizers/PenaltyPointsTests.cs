namespace GanKit.Tests.Regularizers;

/// <summary>Where each penalty looks at the critic.</summary>
public class PenaltyPointsTests
{
    private static Tensor PointsOf(IRegularizer regularizer, Tensor real, Tensor fake)
    {
        var points = torch.empty(0);
        regularizer.Penalty(
            x =>
            {
                points = x.detach().clone().DetachFromDisposeScope();
                return x.square().flatten(1).sum(1);
            },
            real, fake);
        return points;
    }

    [Fact]
    public void GradientPenalty_LooksBetween_WithOneFactorASample()
    {
        manual_seed(1);
        var points = PointsOf(new GradientPenalty(), torch.ones(64, 3, 2, 2), torch.zeros(64, 3, 2, 2)).flatten(1);

        var factors = points[.., 0];
        TensorAssert.Equal(factors.unsqueeze(1).expand_as(points), points);
        Assert.InRange(factors.min().item<float>(), 0, 0.15f);
        Assert.InRange(factors.max().item<float>(), 0.85f, 1);
        Assert.InRange(factors.mean().item<float>(), 0.35f, 0.65f);
    }

    [Fact]
    public void GradientPenalty_FactorOne_IsTheRealSample()
    {
        // D(x) = |x|² / 2 has the slope |x|: 3 at real samples, 0 at generated ones.
        var (real, fake) = (tensor(new float[,] { { 3, 0 } }), torch.zeros(1, 2));
        static Tensor Critic(Tensor x) => x.square().sum(1) / 2;
        TensorAssert.Close(4, new GradientPenalty().PenaltyAt(Critic, real, fake, torch.ones(1, 1)));
        TensorAssert.Close(9, new GradientPenalty(target: 0).PenaltyAt(Critic, real, fake, torch.ones(1, 1)));
        TensorAssert.Close(1, new GradientPenalty().PenaltyAt(Critic, real, fake, torch.zeros(1, 1)));
    }

    [Fact]
    public void GradientPenalty_BatchSizesDiffer_ThrowsWithBothShapes()
    {
        var exception = Assert.Throws<ArgumentException>(
            "fake", () => new GradientPenalty().Penalty(x => x, torch.zeros(4, 2), torch.zeros(3, 2)));
        Assert.Contains("(4, 2)", exception.Message, StringComparison.Ordinal);
        Assert.Contains("(3, 2)", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void GradientPenalty_FakesOfLowerPrecision_AreTakenInTheDatasType()
    {
        var value = new GradientPenalty().Penalty(
            x => x.square().sum(1), torch.randn(4, 2), torch.randn(4, 2).to_type(ScalarType.BFloat16));
        Assert.Equal(ScalarType.Float32, value.dtype);
    }

    [Fact]
    public void DraganPenalty_LooksNearRealSamples_UpToHalfADeviationUp()
    {
        manual_seed(1);
        var real = cat([torch.full([128, 2], -3f), torch.full([128, 2], 5f)]);  // the deviation is 4, so 2 at most
        var steps = PointsOf(new DraganPenalty(), real, torch.zeros(1, 2)) - real;

        Assert.InRange(steps.min().item<float>(), 0, 0.05f);
        Assert.InRange(steps.max().item<float>(), 1.5f, 2);
        // The product of two uniform numbers is a quarter on average.
        Assert.InRange(steps.mean().item<float>(), 0.4f, 0.6f);
        Assert.False(steps[.., 0].allclose(steps[.., 1]), "Each element has noise of its own.");
    }

    [Fact]
    public void R1Penalty_LooksAtRealSamplesOnly()
    {
        var real = torch.randn(4, 2);
        TensorAssert.Equal(real, PointsOf(new R1Penalty(), real, torch.zeros(3, 5)));
    }

    [Fact]
    public void R2Penalty_LooksAtGeneratedSamplesOnly()
    {
        var fake = torch.randn(4, 2);
        TensorAssert.Equal(fake, PointsOf(new R2Penalty(), torch.zeros(3, 5), fake));
    }
}
