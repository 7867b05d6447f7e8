namespace GanKit.Tests.PyTorchParity;

public class LossParityTests
{
    private static readonly Dictionary<string, IAdversarialLoss> Losses = new()
    {
        ["non_saturating"] = AdversarialLoss.NonSaturating,
        ["non_saturating_smooth"] = AdversarialLoss.NonSaturatingWith(labelSmoothing: 0.1),
        ["minimax"] = AdversarialLoss.Minimax,
        ["minimax_smooth"] = AdversarialLoss.MinimaxWith(labelSmoothing: 0.25),
        ["least_squares"] = AdversarialLoss.LeastSquares,
        ["wasserstein"] = AdversarialLoss.Wasserstein,
        ["hinge"] = AdversarialLoss.Hinge,
        ["relativistic_average"] = AdversarialLoss.RelativisticAverage,
    };

    public static TheoryData<string, string> AllCases() => new MatrixTheoryData<string, string>(
        Losses.Keys, ["vector", "column", "patches", "uneven"]);

    [Theory, MemberData(nameof(AllCases))]
    public void DiscriminatorLoss_AnyShape_EqualsPyTorch(string loss, string shape)
    {
        var fixture = Fixture.Load("losses");
        var (real, fake) = (Leaf(fixture[$"{shape}.real"]), Leaf(fixture[$"{shape}.fake"]));

        var value = Losses[loss].DiscriminatorLoss(real, fake);
        value.backward();

        TensorAssert.Close(fixture[$"{loss}.{shape}.d"], value);
        TensorAssert.Close(fixture[$"{loss}.{shape}.d_real"], GradientOf(real));
        TensorAssert.Close(fixture[$"{loss}.{shape}.d_fake"], GradientOf(fake));
    }

    [Theory, MemberData(nameof(AllCases))]
    public void GeneratorLoss_AnyShape_EqualsPyTorch(string loss, string shape)
    {
        var fixture = Fixture.Load("losses");
        var (real, fake) = (Leaf(fixture[$"{shape}.real"]), Leaf(fixture[$"{shape}.fake"]));

        var value = Losses[loss].GeneratorLoss(fake, Losses[loss].GeneratorNeedsRealLogits ? real : null);
        value.backward();

        TensorAssert.Close(fixture[$"{loss}.{shape}.g"], value);
        TensorAssert.Close(fixture[$"{loss}.{shape}.g_real"], GradientOf(real));
        TensorAssert.Close(fixture[$"{loss}.{shape}.g_fake"], GradientOf(fake));
    }

    [Theory]
    [InlineData("vector"), InlineData("patches")]
    public void Score_OfLogOdds_EqualsMeanSigmoid(string shape)
    {
        var fixture = Fixture.Load("losses");
        TensorAssert.Close(fixture[$"{shape}.probability"], AdversarialLoss.NonSaturating.Score(fixture[$"{shape}.real"]));
        TensorAssert.Close(fixture[$"{shape}.probability"], AdversarialLoss.Minimax.Score(fixture[$"{shape}.real"]));
    }

    [Fact]
    public void L1AndL2_Images_EqualPyTorch()
    {
        foreach (var (name, loss) in new[] { ("l1", ReconstructionLoss.L1), ("l2", ReconstructionLoss.L2) })
        {
            var fixture = Fixture.Load("losses");
            var (output, target) = (Leaf(fixture["images.output"]), Leaf(fixture["images.target"]));

            var value = loss.Loss(output, target);
            value.backward();

            TensorAssert.Close(fixture[name], value);
            TensorAssert.Close(fixture[$"{name}_output"], GradientOf(output));
            TensorAssert.Close(fixture[$"{name}_target"], GradientOf(target));
        }
    }

    [Fact]
    public void TotalVariation_Images_EqualsPyTorch()
    {
        var fixture = Fixture.Load("losses");
        var images = Leaf(fixture["images.output"]);

        var value = ReconstructionLoss.TotalVariation(images);
        value.backward();

        TensorAssert.Close(fixture["tv"], value);
        TensorAssert.Close(fixture["tv_output"], GradientOf(images));
    }

    private static Tensor Leaf(Tensor values) => values.requires_grad_(true);

    // No gradient at all is a gradient of zero, as the fixture has it.
    private static Tensor GradientOf(Tensor leaf) => leaf.grad ?? zeros_like(leaf);
}
