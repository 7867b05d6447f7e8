using GanKit.Layers;

namespace GanKit.Tests.Layers;

public class SelfAttentionTests
{
    [Fact]
    public void Forward_OfAFreshLayer_IsTheIdentity()
    {
        using var scope = NewDisposeScope();
        using var layer = new SelfAttention(16);
        var input = randn(2, 16, 4, 6);

        TensorAssert.Equal(input, layer.call(input));
    }

    [Fact]
    public void Backward_OfAFreshLayer_ReachesGamma()
    {
        using var scope = NewDisposeScope();
        using var layer = new SelfAttention(16);

        layer.call(randn(2, 16, 4, 6)).square().sum().backward();

        Assert.NotEqual(0, layer.get_parameter("gamma")!.grad!.item<float>());
    }

    [Fact]
    public void Forward_OfAChangeFarAway_ChangesEveryPosition()
    {
        using var scope = NewDisposeScope();
        using var layer = new SelfAttention(16);
        using var noGrad = no_grad();
        layer.get_parameter("gamma")!.fill_(1);
        var input = randn(1, 16, 8, 8);
        var changed = input.clone();
        changed.narrow(2, 6, 2).narrow(3, 6, 2).add_(5);

        var difference = (layer.call(changed) - layer.call(input)).abs().sum([0, 1]);  // (8, 8)

        Assert.True(difference.min().item<float>() > 0);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void StateKeys_OfALayer_AreBigGans(bool spectralNorm)
    {
        using var layer = new SelfAttention(16, spectralNorm);
        string[] suffixes = spectralNorm
            ? ["parametrizations.weight.original", "parametrizations.weight.0._u", "parametrizations.weight.0._v"]
            : ["weight"];

        string[] names = ["theta", "phi", "g", "o"];
        var expected = names.SelectMany(name => suffixes.Select(suffix => $"{name}.{suffix}"));

        Assert.Equal(expected.Append("gamma").Order(), layer.state_dict().Keys.Order());
        Assert.Equal([2, 16, 1, 1], layer.get_parameter($"phi.{suffixes[0]}")!.shape);
        Assert.Equal([16, 8, 1, 1], layer.get_parameter($"o.{suffixes[0]}")!.shape);
        Assert.Empty(layer.get_parameter("gamma")!.shape);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(4)]
    [InlineData(12)]
    public void Constructor_WithChannelsThatDontSplit_Throws(long channels)
    {
        var error = Assert.Throws<ArgumentOutOfRangeException>(() => new SelfAttention(channels));

        Assert.Contains("multiple of 8", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Forward_OfASinglePosition_Throws()
    {
        using var scope = NewDisposeScope();
        using var layer = new SelfAttention(8);

        var error = Assert.Throws<ArgumentException>(() => layer.call(torch.zeros(2, 8, 1, 4)));

        Assert.Contains("at least 2 x 2", error.Message, StringComparison.Ordinal);
    }
}
