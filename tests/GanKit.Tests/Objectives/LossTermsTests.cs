namespace GanKit.Tests.Objectives;

public class LossTermsTests
{
    [Fact]
    public void Total_IsTheWeightedSum_AndCarriesTheGradient()
    {
        using var x = tensor(3f).requires_grad_();
        var terms = new LossTerms { { "square", x * x }, { "linear", x, 10 } };
        terms.Observe("seen", x * 1000);
        Assert.Equal(9 + 30, terms.Total().item<float>());
        terms.Total().backward();
        Assert.Equal(6 + 10, x.grad!.item<float>());
        Assert.False(terms.Observations.Single().Value.requires_grad);
        Assert.Equal(["square", "linear"], terms.Select(term => term.Name));
    }

    [Fact]
    public void Add_NotAScalar_OrANameTwice_SaysSo()
    {
        var terms = new LossTerms { { "l1", tensor(1f) } };
        Assert.Contains(
            "(2, 1)", Assert.Throws<ArgumentException>(() => terms.Add("map", zeros(2, 1))).Message,
            StringComparison.Ordinal);
        Assert.Contains(
            "'l1' already", Assert.Throws<ArgumentException>(() => terms.Add("l1", tensor(2f))).Message,
            StringComparison.Ordinal);
        Assert.Contains(
            "(3)", Assert.Throws<ArgumentException>(() => terms.Observe("map", zeros(3))).Message,
            StringComparison.Ordinal);
        Assert.Throws<ArgumentException>(() => terms.Add(" ", tensor(1f)));
    }

    [Fact]
    public void Total_WithoutTerms_SaysSo() =>
        Assert.Contains(
            "at least one term", Assert.Throws<InvalidOperationException>(() => new LossTerms().Total()).Message,
            StringComparison.Ordinal);
}
