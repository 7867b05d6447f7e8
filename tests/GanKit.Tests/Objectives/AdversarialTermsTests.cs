namespace GanKit.Tests.Objectives;

/// <summary>The adversarial part that objectives share, as an objective of a user's own calls it.</summary>
public class AdversarialTermsTests
{
    private static readonly StepContext Start = new(0, 0, CPU);

    private static Tensor Sum(Tensor samples) => samples.sum(1);

    [Fact]
    public void ForDiscriminator_LossAndPenalty_AreTermsOfTheirOwn()
    {
        using var scope = NewDisposeScope();
        var (real, fake) = (tensor(new[] { 3f, 0f }, [1, 2]), tensor(new[] { 1f, 0f }, [1, 2]));

        var terms = AdversarialTerms.ForDiscriminator(
            AdversarialLoss.Wasserstein, [new R1Penalty(weight: 4)], Sum, real, fake, Start);

        // D: E[f] - E[r] = 1 - 3. The critic's slope is (1, 1), so R1 is 2 / 2.
        Assert.Equal(["adversarial", "r1_penalty"], terms.Select(term => term.Name));
        Assert.Equal(-2 + 4 * 1, terms.Total().item<float>());
        Assert.Equal(
            [("D(x)", 3f), ("D(G(z))", 1f)], terms.Observations.Select(seen => (seen.Name, seen.Value.item<float>())));
    }

    [Theory]
    [InlineData(0, true)]
    [InlineData(1, false)]
    [InlineData(3, true)]
    public void ForDiscriminator_LazyPenalty_CountsOnItsStepsWithItsInterval(long step, bool due)
    {
        using var scope = NewDisposeScope();
        var samples = zeros(2, 2);

        var terms = AdversarialTerms.ForDiscriminator(
            AdversarialLoss.Hinge, [new R1Penalty(weight: 4, interval: 3)], Sum, samples, samples,
            Start with { DiscriminatorStep = step });

        Assert.Equal(due ? [12.0] : [], terms.Skip(1).Select(term => term.Weight));
    }

    [Fact]
    public void ForDiscriminator_FakesWithAGraph_GetNoGradient()
    {
        using var scope = NewDisposeScope();
        using var weight = ones(2, requires_grad: true);
        using var source = ones(2, requires_grad: true);

        var terms = AdversarialTerms.ForDiscriminator(
            AdversarialLoss.Hinge, [], x => (x * weight).sum(1), ones(3, 2), source.expand(3, 2) * 2, Start);
        terms.Total().backward();

        Assert.Null(source.grad);
        Assert.NotNull(weight.grad);
    }

    [Fact]
    public void ForGenerator_CriticSeesRealSamples_OnlyWhereTheLossComparesWithThem()
    {
        using var scope = NewDisposeScope();
        var calls = 0;
        Tensor Counted(Tensor samples)
        {
            calls++;
            return Sum(samples);
        }

        AdversarialTerms.ForGenerator(AdversarialLoss.Hinge, Counted, zeros(2, 2), ones(2, 2), default);
        Assert.Equal(1, calls);
        AdversarialTerms.ForGenerator(AdversarialLoss.RelativisticAverage, Counted, zeros(2, 2), ones(2, 2), default);
        Assert.Equal(3, calls);
    }

    [Fact]
    public void BothTerms_SamplesOfAnotherShape_SayBothShapes()
    {
        using var scope = NewDisposeScope();
        var (real, fake) = (zeros(2, 1, 28, 28), zeros(2, 3, 32, 32));

        Action[] calls =
        [
            () => AdversarialTerms.ForDiscriminator(AdversarialLoss.Hinge, [], Sum, real, fake, Start),
            () => AdversarialTerms.ForGenerator(AdversarialLoss.Hinge, Sum, real, fake, default),
        ];

        Assert.All(calls, call =>
        {
            var error = Assert.Throws<ArgumentException>(call);
            Assert.Contains("(3, 32, 32)", error.Message, StringComparison.Ordinal);
            Assert.Contains("(1, 28, 28)", error.Message, StringComparison.Ordinal);
        });
    }
}
