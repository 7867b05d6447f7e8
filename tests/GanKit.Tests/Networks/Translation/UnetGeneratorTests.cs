namespace GanKit.Tests.Networks;

public class UnetGeneratorTests
{
    [Fact]
    public void UnetGenerator_For256Pixels_HasTheKeysAndShapesOfTheReference()
    {
        using var generator = new UnetGenerator();
        var state = NetworkState.ShapesOf(generator);

        Assert.Equal("(64, 3, 4, 4)", state["model.model.0.weight"]);
        Assert.Equal("(128, 64, 4, 4)", state["model.model.1.model.1.weight"]);
        Assert.Equal("(128)", state["model.model.1.model.2.running_mean"]);
        Assert.Equal("(256, 128, 4, 4)", state["model.model.1.model.3.model.1.weight"]);
        Assert.Equal("(256, 64, 4, 4)", state["model.model.1.model.5.weight"]);
        Assert.Equal("(64)", state["model.model.1.model.6.weight"]);
        Assert.Equal("(128, 3, 4, 4)", state["model.model.3.weight"]);
        Assert.Equal("(3)", state["model.model.3.bias"]);
        var innermost = "model.model.1" + string.Concat(Enumerable.Repeat(".model.3", 6)) + ".model";
        Assert.Equal("(512, 512, 4, 4)", state[innermost + ".1.weight"]);
        Assert.Equal("(512, 512, 4, 4)", state[innermost + ".3.weight"]);
        Assert.Equal("(512)", state[innermost + ".4.running_var"]);
        Assert.Equal(82, state.Count);
        Assert.Equal(54_413_955, NetworkState.CountParameters(generator));
    }

    [Fact]
    public void UnetGenerator_For128Pixels_HasAsManyParametersAsTheReference()
    {
        using var generator = new UnetGenerator(downs: 7);

        Assert.Equal(41_828_995, NetworkState.CountParameters(generator));
    }

    [Fact]
    public void UnetGenerator_WithDropout_HasItAtTheEndOfTheInnerLevels()
    {
        using var plain = new UnetGenerator(downs: 8, width: 1);
        using var generator = new UnetGenerator(downs: 8, width: 1, dropout: true);

        Assert.Empty(NetworkState.DropoutsOf(plain));
        Assert.Equal(
            Enumerable.Range(3, 3)
                .Select(depth => "model.model.1" + string.Concat(Enumerable.Repeat(".model.3", depth)) + ".model.7")
                    .Order(),
            NetworkState.DropoutsOf(generator));
        Assert.Equal(NetworkState.ShapesOf(plain).Keys, NetworkState.ShapesOf(generator).Keys);
    }

    [Fact]
    public void UnetGenerator_OfASizeThatDoesNotFit_NamesOneThatDoes()
    {
        using var generator = new UnetGenerator(downs: 5, width: 1);
        using var images = torch.zeros(1, 3, 100, 20);

        var error = Assert.Throws<ArgumentException>("images", () => generator.call(images));

        Assert.Contains("multiples of 32", error.Message, StringComparison.Ordinal);
        Assert.Contains("96 x 32", error.Message, StringComparison.Ordinal);
    }
}
