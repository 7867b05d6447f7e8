using GanKit.Layers;

namespace GanKit.Tests.Layers;

public class MinibatchStdDevTests
{
    [Theory]
    [InlineData(ScalarType.Float32)]
    [InlineData(ScalarType.BFloat16)]
    [InlineData(ScalarType.Float16)]
    public void Forward_OfIdenticalSamples_AddsAlmostNothingAndHasFiniteGradients(ScalarType dtype)
    {
        using var scope = NewDisposeScope();
        using var layer = new MinibatchStdDev();
        var input = randn(1, 3, 2, 2).expand(4, -1, -1, -1).to_type(dtype).detach().requires_grad_();

        var output = layer.call(input);
        output.square().sum().backward();

        Assert.Equal(dtype, output.dtype);
        var feature = output.narrow(1, 3, 1).to_type(ScalarType.Float32);
        TensorAssert.Close(torch.full([4, 1, 2, 2], 1e-4), feature, relative: 1e-2);
        TensorAssert.Finite(input.grad!);
    }

    [Fact]
    public void Forward_OfTwoGroups_GivesEachSampleItsOwnGroupsDeviation()
    {
        using var scope = NewDisposeScope();
        using var layer = new MinibatchStdDev(groupSize: 2);
        // Strided groups: samples 0 and 2 differ by 2, so deviate by 1; samples 1 and 3 differ by 6, so deviate by 3.
        var input = tensor([0f, 10f, 2f, 16f]).reshape(4, 1, 1, 1).expand(4, 2, 3, 3);

        var output = layer.call(input);

        TensorAssert.Equal(input, output.narrow(1, 0, 2));
        TensorAssert.Close(tensor([1f, 3f, 1f, 3f]).reshape(4, 1, 1, 1).expand(4, 1, 3, 3), output.narrow(1, 2, 1));
    }

    [Fact]
    public void Forward_WithTwoFeatures_MeasuresEachHalfOfTheChannels()
    {
        using var scope = NewDisposeScope();
        using var layer = new MinibatchStdDev(features: 2);
        var input = torch.zeros(2, 4, 1, 1);
        input[1, 2] = 8; // one of the last two channels deviates by 4, the other not at all

        var features = layer.call(input).narrow(1, 4, 2);

        TensorAssert.Close(tensor([0f, 2, 0, 2]).reshape(2, 2, 1, 1), features, absolute: 1e-3);
    }

    [Theory]
    [InlineData(1, 1)]
    [InlineData(2, 2)]
    [InlineData(3, 3)]
    [InlineData(4, 4)]
    [InlineData(5, 5)]
    [InlineData(6, 3)]
    [InlineData(7, 7)]
    [InlineData(8, 4)]
    [InlineData(9, 3)]
    [InlineData(25, 5)]
    [InlineData(77, 7)]
    [InlineData(64, 4)]
    public void GroupSize_OfAnyBatch_DividesItAndComparesSamples(long batch, long expected) =>
        Assert.Equal(expected, MinibatchStdDev.GroupSize(batch, wanted: 4));

    [Fact]
    public void Forward_OfChannelsThatFeaturesDontDivide_Throws()
    {
        using var scope = NewDisposeScope();
        using var layer = new MinibatchStdDev(features: 2);

        var error = Assert.Throws<ArgumentException>(() => layer.call(torch.zeros(4, 3, 2, 2)));

        Assert.Contains("multiple of 2", error.Message, StringComparison.Ordinal);
        Assert.Contains("(4, 3, 2, 2)", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Forward_OfAnEmptyBatch_Throws()
    {
        using var scope = NewDisposeScope();
        using var layer = new MinibatchStdDev();

        Assert.Throws<ArgumentException>(() => layer.call(torch.zeros(0, 3, 2, 2)));
    }

    [Theory]
    [InlineData(1, 1)]
    [InlineData(4, 0)]
    public void Constructor_WithTooSmallNumbers_Throws(long groupSize, long features) =>
        Assert.Throws<ArgumentOutOfRangeException>(() => new MinibatchStdDev(groupSize, features));
}
