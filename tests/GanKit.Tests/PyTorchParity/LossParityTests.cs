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
    public void Losses_AnyShape_EqualPyTorchs(string loss, string shape)
    {
        var fixture = Fixture.Load("losses");
        Truth.Check("losses", $"{loss}.{shape}", (dtype, nudge) =>
        {
            // Both are changed, since some losses are flat in parts; to other sides, since some see the difference alone.
            var (real, fake) = (Leaf(fixture[$"{shape}.real"], dtype, nudge), Leaf(fixture[$"{shape}.fake"], dtype, -nudge));
            var judged = Losses[loss].DiscriminatorLoss(real, fake);
            judged.backward();
            var (realGradient, fakeGradient) = (Taken(real), Taken(fake));
            var fooled = Losses[loss].GeneratorLoss(fake, Losses[loss].GeneratorNeedsRealLogits ? real : null);
            fooled.backward();
            return [
                ("d", judged), ("d_real", realGradient), ("d_fake", fakeGradient),
                ("g", fooled), ("g_real", Taken(real)), ("g_fake", Taken(fake)),
            ];
        });
    }

    [Theory]
    [InlineData("vector"), InlineData("patches")]
    public void Score_OfLogOdds_EqualsMeanSigmoid(string shape)
    {
        var fixture = Fixture.Load("losses");
        foreach (var loss in new[] { AdversarialLoss.NonSaturating, AdversarialLoss.Minimax })
            Truth.Check("losses", $"probability.{shape}", (dtype, nudge) =>
                [("probability", loss.Score(fixture[$"{shape}.real"].to(dtype) + nudge))]);
    }

    [Theory]
    [InlineData("l1"), InlineData("l2")]
    public void Reconstruction_OfImages_EqualsPyTorchs(string name)
    {
        var fixture = Fixture.Load("losses");
        var loss = name == "l1" ? ReconstructionLoss.L1 : ReconstructionLoss.L2;
        Truth.Check("losses", name, (dtype, nudge) =>
        {
            var (output, target) = (Leaf(fixture["images.output"], dtype, nudge), Leaf(fixture["images.target"], dtype, 0));
            var value = loss.Loss(output, target);
            value.backward();
            return [("loss", value), ("loss_output", Taken(output)), ("loss_target", Taken(target))];
        });
    }

    [Fact]
    public void TotalVariation_OfImages_EqualsPyTorchs()
    {
        var fixture = Fixture.Load("losses");
        Truth.Check("losses", "tv", (dtype, nudge) =>
        {
            var images = Leaf(fixture["images.output"] * (1 + nudge), dtype, 0);
            var value = ReconstructionLoss.TotalVariation(images);
            value.backward();
            return [("loss", value), ("loss_output", Taken(images))];
        });
    }

    private static Tensor Leaf(Tensor values, ScalarType dtype, double nudge) =>
        (values.to(dtype) + nudge).detach().requires_grad_(true);

    // No gradient at all is a gradient of zero, as the fixture has it.
    private static Tensor Taken(Tensor leaf)
    {
        var gradient = leaf.grad?.clone() ?? zeros_like(leaf);
        leaf.grad?.zero_();
        return gradient;
    }
}
