using GanKit.Layers;
using TorchSharp.Modules;
using static TorchSharp.torch.nn;

namespace GanKit.Tests.Layers;

public class NormTests
{
    [Fact]
    public void Catalogue_OfNorms_MakesPyTorchsLayers()
    {
        using var none = Norm.None.Create(4);
        using var batch = Norm.Batch.Create(4);
        using var instance = Norm.Instance.Create(4);
        using var group = Norm.Group(2).Create(4);
        using var pixel = Norm.Pixel.Create(4);

        Assert.IsType<Identity>(none);
        Assert.Equal(
            ["weight", "bias", "running_mean", "running_var", "num_batches_tracked"],
            Assert.IsAssignableFrom<BatchNorm>(batch).state_dict().Keys);
        Assert.Empty(instance.state_dict());
        Assert.Equal(2, Assert.IsType<GroupNorm>(group).num_groups);
        Assert.IsType<PixelNorm>(pixel);
    }

    /// <summary>TorchSharp's GroupNorm alone starts with whatever was in memory, so memory is filled before.</summary>
    [Fact]
    public void Group_OfAFreshLayer_NormalisesAndNothingElse()
    {
        using var scope = NewDisposeScope();
        foreach (var _ in Enumerable.Range(0, 20))
            full(64, double.NaN).Dispose();

        var layer = Assert.IsType<GroupNorm>(Norm.Group(2).Create(64));

        TensorAssert.Equal(ones(64), layer.weight.detach());
        TensorAssert.Equal(zeros(64), layer.bias!.detach());
    }

    /// <summary>As PyTorch's Python: "Expected more than 1 value per channel when training", and likewise.</summary>
    [Theory]
    [InlineData("Batch", true, new long[] { 1, 4 }, true)]
    [InlineData("Batch", true, new long[] { 1, 4, 1, 1 }, true)]
    [InlineData("Batch", true, new long[] { 2, 4, 1, 1 }, false)]
    [InlineData("Batch", true, new long[] { 1, 4, 1, 2 }, false)]
    [InlineData("Batch", false, new long[] { 1, 4, 1, 1 }, false)]
    [InlineData("Instance", true, new long[] { 2, 4, 1, 1 }, true)]
    [InlineData("Instance", false, new long[] { 2, 4, 1, 1 }, true)]
    [InlineData("Instance", false, new long[] { 2, 4, 2, 1 }, false)]
    [InlineData("Group(4)", true, new long[] { 1, 4, 1, 1 }, true)]
    [InlineData("Group(4)", false, new long[] { 1, 4, 1, 1 }, true)]
    [InlineData("Group(4)", true, new long[] { 2, 4, 1, 1 }, false)]
    [InlineData("Group(2)", true, new long[] { 1, 4, 1, 1 }, false)]
    [InlineData("Conditional", true, new long[] { 1, 4, 1, 1 }, true)]
    [InlineData("Conditional", true, new long[] { 2, 4, 1, 1 }, false)]
    [InlineData("Conditional", false, new long[] { 1, 4, 1, 1 }, false)]
    public void Forward_OfOneValue_IsRefusedWherePyTorchRefuses(string name, bool trains, long[] shape, bool refused)
    {
        using var scope = NewDisposeScope();
        var input = randn(shape);
        using var conditional = new ConditionalBatchNorm2d(4, Conditioning.Classes(3));
        using var plain = new[] { Norm.Batch, Norm.Instance, Norm.Group(2), Norm.Group(4) }
            .FirstOrDefault(norm => norm.Name == name)?.Create(4);
        conditional.train(trains);
        plain?.train(trains);
        Action call = plain is null
            ? () => conditional.call(input, zeros(shape[0], dtype: int64))
            : () => plain.call(input);
        if (!refused)
        {
            call();
            return;
        }

        var error = Assert.Throws<ArgumentException>(call);
        Assert.Contains($"({string.Join(", ", shape)})", error.Message, StringComparison.Ordinal);
        Assert.All(
            conditional.buffers().Concat(plain?.buffers() ?? []), buffer => Assert.True(buffer.isfinite().all().item<bool>()));
    }

    [Fact]
    public void Create_EachTime_MakesANewLayer()
    {
        using var first = Norm.Batch.Create(4);
        using var second = Norm.Batch.Create(4);

        Assert.NotSame(first, second);
    }

    [Theory]
    [InlineData("Batch")]
    [InlineData("Instance")]
    public void RemovesChannelMean_OfTheCatalogue_TellsTheTruth(string name)
    {
        using var scope = NewDisposeScope();
        var norm = new[] { Norm.Batch, Norm.Instance }.Single(norm => norm.Name == name);
        using var layer = norm.Create(3).to(float64);
        var input = randn(4, 3, 5, 5, dtype: float64);
        var bias = randn(3, 1, 1, dtype: float64);

        Assert.True(norm.RemovesChannelMean);
        TensorAssert.Close(layer.call(input), layer.call(input + bias), 1e-9, 1e-9);
    }

    [Fact]
    public void RemovesChannelMean_OfANormThatKeepsIt_IsFalse() =>
        Assert.All([Norm.None, Norm.Pixel, Norm.Group(1)], norm => Assert.False(norm.RemovesChannelMean));

    [Fact]
    public void Constructor_WithAFunction_MakesANormOfOnesOwn()
    {
        var norm = new Norm("Mine", channels => GroupNorm(channels, channels), removesChannelMean: true);
        using var layer = norm.Create(4);

        Assert.Equal(["weight", "bias"], layer.state_dict().Keys);
        Assert.Equal("Mine", norm.ToString());
    }

    [Fact]
    public void Group_OfChannelsItDoesntDivide_SaysSo()
    {
        var error = Assert.Throws<ArgumentException>(() => Norm.Group(3).Create(4));

        Assert.Contains("4 channels can't be split into 3", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void BadArguments_OfEachMember_Throw()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => Norm.Group(0));
        Assert.Throws<ArgumentOutOfRangeException>(() => Norm.Batch.Create(0));
        Assert.Throws<ArgumentException>(() => new Norm(" ", _ => Identity()));
        Assert.Throws<ArgumentNullException>(() => new Norm("Mine", null!));
    }
}
