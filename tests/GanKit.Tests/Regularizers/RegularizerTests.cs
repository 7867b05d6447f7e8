using static TorchSharp.torch.nn;

namespace GanKit.Tests.Regularizers;

/// <summary>What all penalties have in common.</summary>
public class RegularizerTests
{
    private static readonly Dictionary<string, Func<double, int, IRegularizer>> All = new()
    {
        ["gradient_penalty"] = (weight, interval) => new GradientPenalty(weight, interval: interval),
        ["dragan_penalty"] = (weight, interval) => new DraganPenalty(weight, interval: interval),
        ["r1_penalty"] = (weight, interval) => new R1Penalty(weight, interval),
        ["r2_penalty"] = (weight, interval) => new R2Penalty(weight, interval),
    };

    public static TheoryData<string> Names() => [.. All.Keys];

    private static IRegularizer Make(string name) => All[name](10, 1);

    [Fact]
    public void Defaults_AreThePapers()
    {
        foreach (var regularizer in new IRegularizer[] { new GradientPenalty(), new DraganPenalty(), new R1Penalty(),
            new R2Penalty() })
        {
            Assert.Equal(10, regularizer.Weight);
            Assert.Equal(1, regularizer.Interval);
        }
        Assert.Equal(1, new GradientPenalty().Target);
        Assert.Equal(1, new DraganPenalty().Target);
    }

    [Theory, MemberData(nameof(Names))]
    public void Properties_AreWhatWasGiven(string name)
    {
        var regularizer = All[name](0.5, 16);
        Assert.Equal((name, 0.5, 16), (regularizer.Name, regularizer.Weight, regularizer.Interval));
    }

    [Theory, MemberData(nameof(Names))]
    public void Constructor_ValueOutsideItsRange_Throws(string name)
    {
        foreach (var weight in new[] { -1, double.NaN, double.PositiveInfinity })
            Assert.Throws<ArgumentOutOfRangeException>("weight", () => All[name](weight, 1));
        foreach (var interval in new[] { 0, -16 })
            Assert.Throws<ArgumentOutOfRangeException>("interval", () => All[name](10, interval));
        Assert.Equal(0, All[name](0, 1).Weight);
    }

    [Theory]
    [InlineData(-1), InlineData(double.NaN), InlineData(double.PositiveInfinity)]
    public void Constructor_TargetOutsideItsRange_Throws(double target)
    {
        Assert.Throws<ArgumentOutOfRangeException>(nameof(target), () => new GradientPenalty(target: target));
        Assert.Throws<ArgumentOutOfRangeException>(nameof(target), () => new DraganPenalty(target: target));
    }

    [Theory, MemberData(nameof(Names))]
    public void Penalty_LinearCritic_IsItsClosedForm(string name)
    {
        // D(x) = 3 x0 + 4 x1 has the slope 5 everywhere. Whatever the logits' shape, a sample's logits add up.
        var weights = tensor([3f, 4f]);
        var expected = name is "r1_penalty" or "r2_penalty" ? 12.5 : 16;
        var critics = new Func<Tensor, Tensor>[]
        {
            x => x.matmul(weights),                                         // (B)
            x => x.matmul(weights).unsqueeze(1),                            // (B, 1)
            x => x.matmul(weights / 6).view(-1, 1, 1, 1).expand(-1, 1, 2, 3), // (B, 1, 2, 3)
            x => x.matmul(weights).sum(),                                   // ()
        };
        foreach (var critic in critics)
            TensorAssert.Close(expected, Make(name).Penalty(critic, torch.randn(6, 2), torch.randn(6, 2)));
    }

    [Theory]
    [InlineData("gradient_penalty"), InlineData("dragan_penalty"), InlineData("r1_penalty"), InlineData("r2_penalty")]
    public void Penalty_WeightGradient_IsFiniteDifferences(string name)
    {
        manual_seed(7);
        using var mlp = Sequential(Linear(3, 5), Tanh(), Linear(5, 4), Sigmoid(), Linear(4, 2)).to(float64);
        using var conv = Sequential(Conv2d(2, 3, 3, padding: 1), Softplus(), Conv2d(3, 1, 3, stride: 2, padding: 1))
            .to(float64);
        foreach (var (critic, shape) in new (Module<Tensor, Tensor>, long[])[] { (mlp, [4, 3]), (conv, [2, 2, 4, 4]) })
        {
            var (real, fake) = (torch.randn(shape, dtype: float64), torch.randn(shape, dtype: float64));
            GradientCheck.Passes(
                () =>
                {
                    // The same random points at each evaluation.
                    manual_seed(11);
                    return Make(name).Penalty(critic.call, real, fake);
                },
                critic.parameters());
        }
    }

    [Theory, MemberData(nameof(Names))]
    public void Penalty_FlatCritic_HasFiniteGradients(string name)
    {
        // A dead ReLU: the slope is exactly 0, where the root of a sum of squares would have an infinite derivative.
        var weights = torch.ones(2, requires_grad: true);
        var value = Make(name).Penalty(x => (x.matmul(weights) - 1e6).relu(), torch.randn(3, 2), torch.randn(3, 2));
        value.backward();

        TensorAssert.Close(name is "r1_penalty" or "r2_penalty" ? 0 : 1, value);
        TensorAssert.Finite(weights.grad!);
    }

    [Theory, MemberData(nameof(Names))]
    public void Penalty_Inputs_AreLeftAlone(string name)
    {
        var (real, fake) = (torch.randn(3, 2), torch.randn(3, 2, requires_grad: true));
        var (realBefore, fakeBefore) = (real.clone(), fake.detach().clone());
        var weights = torch.randn(2, requires_grad: true);

        Make(name).Penalty(x => x.matmul(weights).square(), real, fake).backward();

        Assert.False(real.requires_grad);
        Assert.Null(real.grad);
        Assert.Null(fake.grad);
        TensorAssert.Equal(realBefore, real);
        TensorAssert.Equal(fakeBefore, fake.detach());
        Assert.NotNull(weights.grad);
    }

    [Theory, MemberData(nameof(Names))]
    public void Penalty_WithoutGradients_IsTheSameValueWithoutAGraph(string name)
    {
        var weights = torch.randn(2, requires_grad: true);
        var (real, fake) = (torch.randn(3, 2), torch.randn(3, 2));
        Tensor Value()
        {
            manual_seed(3);
            return Make(name).Penalty(x => x.matmul(weights).square(), real, fake);
        }

        var expected = Value();
        using var off = no_grad();
        var actual = Value();

        Assert.True(expected.requires_grad);
        Assert.False(actual.requires_grad);
        Assert.False(is_grad_enabled());
        TensorAssert.Equal(expected.detach(), actual);
    }

    [Theory, MemberData(nameof(Names))]
    public void Penalty_LogitsDoNotDependOnSamples_Throws(string name)
    {
        var weights = torch.ones(2, requires_grad: true);
        var samples = torch.randn(3, 2);
        foreach (var critic in new Func<Tensor,
            Tensor>[] { x => x.detach().sum(), x => weights.sum(), x => samples.matmul(weights) })
        {
            var exception = Assert.Throws<ArgumentException>("critic", () => Make(name).Penalty(critic, samples, samples));
            Assert.Contains("do not depend on the samples", exception.Message, StringComparison.Ordinal);
        }
        Assert.Throws<ArgumentException>("critic", () => Make(name).Penalty(_ => null!, samples, samples));
    }

    [Theory, MemberData(nameof(Names))]
    public void Penalty_BadSamples_Throws(string name)
    {
        var used = name == "r2_penalty" ? "fake" : "real";
        foreach (var bad in new[] { torch.zeros(3), torch.zeros(0, 2), torch.zeros(3, 2, dtype: int64) })
            Assert.Throws<ArgumentException>(used, () => Make(name).Penalty(x => x, bad, bad));
        Assert.Throws<ArgumentNullException>(used, () => Make(name).Penalty(x => x, null!, null!));
        Assert.Throws<ArgumentNullException>(
            "critic", () => Make(name).Penalty(null!, torch.zeros(3, 2), torch.zeros(3, 2)));
    }

    [Theory, MemberData(nameof(Names))]
    public void Penalty_MetaDevice_ReadsNothingBack(string name)
    {
        using var critic = Sequential(Linear(2, 8, device: META), LeakyReLU(0.2), Linear(8, 1, device: META));
        var samples = torch.empty([4, 2], device: META);
        var value = Make(name).Penalty(critic.call, samples, samples);
        value.backward();
        Assert.Equal(DeviceType.META, value.device_type);
        Assert.Equal(DeviceType.META, critic.parameters().First().grad!.device_type);
    }

    [Theory, MemberData(nameof(Names))]
    public void Penalty_InAScope_LeavesOnlyItsResult(string name)
    {
        using var critic = Sequential(Linear(2, 8), LeakyReLU(0.2), Linear(8, 1));
        var (real, fake) = (torch.randn(4, 2), torch.randn(4, 2));
        using var scope = NewDisposeScope();
        var value = Make(name).Penalty(critic.call, real, fake);
        Assert.Equal(1, scope.DisposablesCount);
        Assert.True(scope.Contains(value));
    }
}
