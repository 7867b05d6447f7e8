namespace GanKit.Tests.Losses;

public class AdversarialLossTests
{
    private static readonly Dictionary<string, IAdversarialLoss> Catalogue = new()
    {
        ["NonSaturating"] = AdversarialLoss.NonSaturating,
        ["NonSaturatingWith"] = AdversarialLoss.NonSaturatingWith(labelSmoothing: 0.1),
        ["Minimax"] = AdversarialLoss.Minimax,
        ["MinimaxWith"] = AdversarialLoss.MinimaxWith(labelSmoothing: 0.1),
        ["LeastSquares"] = AdversarialLoss.LeastSquares,
        ["Wasserstein"] = AdversarialLoss.Wasserstein,
        ["Hinge"] = AdversarialLoss.Hinge,
        ["RelativisticAverage"] = AdversarialLoss.RelativisticAverage,
    };

    public static TheoryData<string> Names() => [.. Catalogue.Keys];

    [Theory]
    [InlineData("NonSaturating", 2 * 0.6931471805599453, 0.6931471805599453)]
    [InlineData("NonSaturatingWith", 2 * 0.6931471805599453, 0.6931471805599453)]
    [InlineData("Minimax", 2 * 0.6931471805599453, -0.6931471805599453)]
    [InlineData("LeastSquares", 1, 1)]
    [InlineData("Wasserstein", 0, 0)]
    [InlineData("Hinge", 2, 0)]
    [InlineData("RelativisticAverage", 2 * 0.6931471805599453, 2 * 0.6931471805599453)]
    public void Losses_UndecidedDiscriminator_AreTheirClosedForm(string name, double discriminator, double generator)
    {
        var loss = Catalogue[name];
        var logits = torch.zeros(4, 1);
        TensorAssert.Close(discriminator, loss.DiscriminatorLoss(logits, logits));
        TensorAssert.Close(generator, loss.GeneratorLoss(logits, logits));
    }

    [Theory, MemberData(nameof(Names))]
    public void Losses_HugeLogits_StayFiniteWithTheirGradients(string name)
    {
        var loss = Catalogue[name];
        foreach (var (r, f) in new[] { (1e4f, -1e4f), (-1e4f, 1e4f), (1e4f, 1e4f), (-1e4f, -1e4f) })
        {
            var real = torch.full([3, 1], r, requires_grad: true);
            var fake = torch.full([3, 1], f, requires_grad: true);

            var value = loss.DiscriminatorLoss(real, fake) + loss.GeneratorLoss(fake, real);
            value.backward();

            TensorAssert.Finite(value);
            TensorAssert.Finite(real.grad!);
            TensorAssert.Finite(fake.grad!);
        }
    }

    [Fact]
    public void NonSaturating_CertainlyWrong_IsLinearInTheLogit()
    {
        TensorAssert.Close(1e4, AdversarialLoss.NonSaturating.GeneratorLoss(tensor([-1e4f])));
        TensorAssert.Close(2e4, AdversarialLoss.NonSaturating.DiscriminatorLoss(tensor([-1e4f]), tensor([1e4f])));
        TensorAssert.Close(-1e4, AdversarialLoss.Minimax.GeneratorLoss(tensor([1e4f])));
    }

    [Theory]
    [InlineData(25.0)]
    [InlineData(-25.0)]
    public void NonSaturating_Float64_IsExactToRounding(double logit)
    {
        var exact = Math.Max(-logit, 0) + Math.Log(1 + Math.Exp(-Math.Abs(logit)));
        TensorAssert.Close(
            exact, AdversarialLoss.NonSaturating.GeneratorLoss(tensor([logit])), relative: 1e-14, absolute: 1e-15);
    }

    [Theory, MemberData(nameof(Names))]
    public void Gradients_AreFiniteDifferences(string name)
    {
        var loss = Catalogue[name];
        var real = tensor([0.3, -1.7, 2.2], requires_grad: true);
        var fake = tensor([-0.4, 1.3, 0.6], requires_grad: true);
        GradientCheck.Passes(() => loss.DiscriminatorLoss(real, fake), [real, fake]);
        GradientCheck.Passes(() => loss.GeneratorLoss(fake, real), [fake]);
    }

    [Theory]
    [InlineData("NonSaturatingWith")]
    [InlineData("MinimaxWith")]
    public void LabelSmoothing_ProbabilityAtItsLabel_LeavesNoGradient(string name)
    {
        // One-sided: real samples are asked to be 0.9, generated ones still 0.
        var real = tensor([Math.Log(0.9 / 0.1)], requires_grad: true);
        var fake = tensor([0.0], requires_grad: true);
        Catalogue[name].DiscriminatorLoss(real, fake).backward();
        TensorAssert.Close(tensor([0.0]), real.grad!, absolute: 1e-12);
        TensorAssert.Close(tensor([0.5]), fake.grad!, absolute: 1e-12);
    }

    [Theory]
    [InlineData(-0.1), InlineData(1.0), InlineData(double.NaN), InlineData(double.PositiveInfinity)]
    public void LabelSmoothing_OutsideItsRange_Throws(double labelSmoothing)
    {
        foreach (var make in new Func<double,
            IAdversarialLoss>[] { AdversarialLoss.NonSaturatingWith, AdversarialLoss.MinimaxWith })
        {
            var exception = Assert.Throws<ArgumentOutOfRangeException>(nameof(labelSmoothing), () => make(labelSmoothing));
            Assert.Contains("at least 0 and less than 1", exception.Message, StringComparison.Ordinal);
        }
    }

    [Theory, MemberData(nameof(Names))]
    public void DiscriminatorLoss_ShapesDiffer_ThrowsWithBoth(string name)
    {
        var exception = Assert.Throws<ArgumentException>(
            () => Catalogue[name].DiscriminatorLoss(torch.zeros(4, 1), torch.zeros(4, 1, 3, 3)));
        Assert.Contains("(4, 1)", exception.Message, StringComparison.Ordinal);
        Assert.Contains("(4, 1, 3, 3)", exception.Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentException>(() => Catalogue[name].DiscriminatorLoss(torch.zeros(4, 1), torch.zeros(4, 2)));
    }

    [Theory, MemberData(nameof(Names))]
    public void Losses_NothingGiven_Throw(string name)
    {
        var loss = Catalogue[name];
        var (none, some) = (torch.zeros(0, 1), torch.zeros(2, 1));
        Assert.Throws<ArgumentException>("realLogits", () => loss.DiscriminatorLoss(none, some));
        Assert.Throws<ArgumentException>("fakeLogits", () => loss.DiscriminatorLoss(some, none));
        Assert.Throws<ArgumentException>("fakeLogits", () => loss.GeneratorLoss(none, some));
        Assert.Throws<ArgumentNullException>("realLogits", () => loss.DiscriminatorLoss(null!, some));
        Assert.Throws<ArgumentNullException>("fakeLogits", () => loss.DiscriminatorLoss(some, null!));
        Assert.Throws<ArgumentNullException>("fakeLogits", () => loss.GeneratorLoss(null!, some));
    }

    [Theory, MemberData(nameof(Names))]
    public void GeneratorNeedsRealLogits_OnlyRelativistic(string name)
    {
        var loss = Catalogue[name];
        Assert.Equal(name == "RelativisticAverage", loss.GeneratorNeedsRealLogits);
        if (loss.GeneratorNeedsRealLogits)
            Assert.Throws<ArgumentNullException>("realLogits", () => loss.GeneratorLoss(torch.zeros(2, 1)));
        else
            TensorAssert.Finite(loss.GeneratorLoss(torch.zeros(2, 1)));
    }

    [Theory, MemberData(nameof(Names))]
    public void Score_LogOddsOrNot_IsProbabilityOrMeanLogit(string name)
    {
        var logits = tensor([2.0, 4.0]);
        var expected = name is "NonSaturating" or "NonSaturatingWith" or "Minimax" or "MinimaxWith"
            ? (1 / (1 + Math.Exp(-2.0)) + 1 / (1 + Math.Exp(-4.0))) / 2
            : 3;
        TensorAssert.Close(expected, Catalogue[name].Score(logits));
    }

    [Theory, MemberData(nameof(Names))]
    public void Losses_MetaDevice_ReadNothingBack(string name)
    {
        var loss = Catalogue[name];
        var real = torch.empty([8, 1], device: META, requires_grad: true);
        var fake = torch.empty([8, 1], device: META, requires_grad: true);
        foreach (var value in new[] { loss.DiscriminatorLoss(real, fake), loss.GeneratorLoss(fake, real) })
        {
            value.backward();
            Assert.Equal(DeviceType.META, value.device_type);
            Assert.Empty(value.shape);
        }
        Assert.Equal(DeviceType.META, loss.Score(real).device_type);
    }

    [Theory, MemberData(nameof(Names))]
    public void Losses_InAScope_LeaveOnlyTheirResult(string name)
    {
        var loss = Catalogue[name];
        var (real, fake) = (torch.randn(4, 1), torch.randn(4, 1));
        foreach (var compute in new Func<Tensor>[] { () => loss.DiscriminatorLoss(real, fake),
            () => loss.GeneratorLoss(fake, real), () => loss.Score(real) })
        {
            using var scope = NewDisposeScope();
            var value = compute();
            Assert.Equal(1, scope.DisposablesCount);
            Assert.True(scope.Contains(value));
        }
    }
}
