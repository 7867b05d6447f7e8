using GanKit.Layers;

namespace GanKit.Tests.Networks;

public class ResnetGeneratorTests
{
    [Fact]
    public void ResnetGenerator_OfNineBlocks_HasTheKeysAndShapesOfTheReference()
    {
        using var generator = new ResnetGenerator();
        var state = NetworkState.ShapesOf(generator);

        Assert.Equal("(64, 3, 7, 7)", state["model.1.weight"]);
        Assert.Equal("(64)", state["model.1.bias"]);
        Assert.Equal("(128, 64, 3, 3)", state["model.4.weight"]);
        Assert.Equal("(256, 128, 3, 3)", state["model.7.weight"]);
        for (var block = 10; block <= 18; block++)
        {
            Assert.Equal("(256, 256, 3, 3)", state[$"model.{block}.conv_block.1.weight"]);
            Assert.Equal("(256, 256, 3, 3)", state[$"model.{block}.conv_block.5.weight"]);
        }

        Assert.Equal("(256, 128, 3, 3)", state["model.19.weight"]);
        Assert.Equal("(128, 64, 3, 3)", state["model.22.weight"]);
        Assert.Equal("(3, 64, 7, 7)", state["model.26.weight"]);
        Assert.Equal(2 * (3 + 18 + 2 + 1), state.Count); // weights and biases, nothing of instance normalisation
        Assert.Equal(11_378_179, NetworkState.CountParameters(generator));
    }

    [Fact]
    public void ResnetGenerator_OfSixBlocks_HasAsManyParametersAsTheReference()
    {
        using var generator = new ResnetGenerator(blocks: 6);

        Assert.Equal(7_837_699, NetworkState.CountParameters(generator));
        Assert.Equal("(3, 64, 7, 7)", NetworkState.ShapesOf(generator)["model.23.weight"]);
    }

    [Fact]
    public void ResnetGenerator_OfBatchNorm_HasItsStateAndNoBiasButTheLast()
    {
        using var generator = new ResnetGenerator(width: 4, blocks: 1, norm: Norm.Batch);
        var state = NetworkState.ShapesOf(generator);

        Assert.Equal(["model.18.bias"], state.Keys.Where(IsConvolutionBias));
        Assert.Equal("(4)", state["model.2.running_mean"]);
        Assert.Equal("(16)", state["model.10.conv_block.6.running_var"]);

        bool IsConvolutionBias(string key) => key.EndsWith("bias", StringComparison.Ordinal)
            && !state.ContainsKey(key.Replace("bias", "running_mean", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData(PaddingModes.Reflect, false, 1, 5)]
    [InlineData(PaddingModes.Reflect, true, 1, 6)]
    [InlineData(PaddingModes.Replicate, true, 1, 6)]
    [InlineData(PaddingModes.Zeros, false, 0, 3)]
    [InlineData(PaddingModes.Zeros, true, 0, 4)]
    public void ResnetGenerator_OfBordersAndDropout_NumbersItsLayersAsTheReference(
        PaddingModes paddingMode, bool dropout, int first, int second)
    {
        using var generator = new ResnetGenerator(width: 2, blocks: 1, dropout: dropout, paddingMode: paddingMode);

        Assert.Equal(
            [$"model.10.conv_block.{first}.weight", $"model.10.conv_block.{second}.weight"],
            NetworkState.ShapesOf(generator).Keys
                .Where(key => key.Contains("conv_block") && key.EndsWith("weight")).Order());
        Assert.Equal(
            dropout ? [$"model.10.conv_block.{second - (first == 0 ? 1 : 2)}"] : [],
            NetworkState.DropoutsOf(generator));
    }

    [Theory]
    [InlineData(8, 8)]
    [InlineData(12, 32)]
    [InlineData(256, 8)]
    public void ResnetGenerator_OfAnySizeThatFits_KeepsIt(long height, long width)
    {
        using var scope = NewDisposeScope();
        using var generator = new ResnetGenerator(1, 2, width: 1, blocks: 1);

        var images = generator.call(randn(2, 1, height, width));

        Assert.Equal([2, 2, height, width], images.shape);
        Assert.InRange(images.abs().max().item<float>(), 1e-6, 1);
    }

    [Theory]
    [InlineData(3, 30, 40, "32 x 40")]
    [InlineData(3, 4, 8, "8 x 8")]
    [InlineData(3, 257, 254, "256 x 256")]
    public void ResnetGenerator_OfASizeThatDoesNotFit_NamesOneThatDoes(long channels, long height, long width, string fits)
    {
        using var generator = new ResnetGenerator(width: 1, blocks: 1);
        using var images = torch.zeros(1, channels, height, width);

        var error = Assert.Throws<ArgumentException>("images", () => generator.call(images));

        Assert.Contains("multiples of 4 and at least 8", error.Message, StringComparison.Ordinal);
        Assert.Contains($"not (1, {channels}, {height}, {width})", error.Message, StringComparison.Ordinal);
        Assert.Contains(fits, error.Message, StringComparison.Ordinal);
    }
}
