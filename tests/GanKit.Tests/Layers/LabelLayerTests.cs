using GanKit.Layers;

namespace GanKit.Tests.Layers;

public class LabelLayerTests
{
    [Fact]
    public void LabelMaps_OfLabels_AreOneOnTheLabelsMapAlone()
    {
        using var scope = NewDisposeScope();
        using var layer = new LabelMaps(Conditioning.Classes(3), height: 2, width: 5);

        var maps = layer.call(tensor(new[] { 2L, 0L }));

        Assert.Equal([2, 3, 2, 5], maps.shape);
        TensorAssert.Equal(tensor(new[,] { { 0f, 0f, 1f }, { 1f, 0f, 0f } }), maps.amin([2, 3]));
        TensorAssert.Equal(maps.amin([2, 3]), maps.amax([2, 3]));
    }

    [Fact]
    public void LabelMaps_OfAttributes_HaveTheirValuesAndGradients()
    {
        using var scope = NewDisposeScope();
        using var layer = new LabelMaps(Conditioning.Attributes(2), height: 2, width: 3);
        var attributes = tensor(new[,] { { 0.5, -1 }, { 2, 0 } }, requires_grad: true);

        var maps = layer.call(attributes);
        maps.sum().backward();

        TensorAssert.Equal(attributes.detach(), maps.mean([2, 3]).detach());
        TensorAssert.Equal(full([2, 2], 6.0, float64), attributes.grad!);
    }

    [Fact]
    public void LabelMaps_InALoop_LeaveOnlyTheirResult()
    {
        using var layer = new LabelMaps(Conditioning.Classes(3), 2, 2);
        using var labels = torch.zeros(2, dtype: int64);
        using var scope = NewDisposeScope();

        layer.call(labels);

        Assert.Equal(1, scope.DisposablesCount);
        Assert.Throws<ArgumentOutOfRangeException>("height", () => new LabelMaps(Conditioning.Classes(3), 0, 2));
        Assert.Throws<ArgumentOutOfRangeException>("width", () => new LabelMaps(Conditioning.Classes(3), 2, 0));
    }

    [Fact]
    public void LabelDropout_InTraining_ReplacesItsShareByNoClass()
    {
        manual_seed(1);
        using var scope = NewDisposeScope();
        using var layer = new LabelDropout(Conditioning.Classes(5, noClass: true), p: 0.25);
        var labels = torch.randint(0, 5, [20_000], dtype: int64);

        var dropped = layer.call(labels);

        var share = (dropped == 5).mean([], type: float64).item<double>();
        Assert.InRange(share, 0.25 - 0.015, 0.25 + 0.015); // five standard deviations
        TensorAssert.Equal(labels[dropped != 5], dropped[dropped != 5]);
        Assert.False(layer.call(labels).equal(dropped).all().item<bool>());
    }

    [Theory]
    [InlineData(0, false)]
    [InlineData(1, true)]
    public void LabelDropout_OfAllOrNothing_DoesSo(double p, bool dropped)
    {
        using var scope = NewDisposeScope();
        using var layer = new LabelDropout(Conditioning.Classes(5, noClass: true), p);
        var labels = torch.randint(0, 5, [1000], dtype: int64);

        TensorAssert.Equal(dropped ? full_like(labels, 5) : labels, layer.call(labels));
    }

    [Fact]
    public void LabelDropout_InEvaluation_LetsLabelsPass()
    {
        using var scope = NewDisposeScope();
        using var layer = new LabelDropout(Conditioning.Classes(5, noClass: true), p: 1);
        layer.eval();
        var labels = torch.randint(0, 5, [10], dtype: int64);

        TensorAssert.Equal(labels, layer.call(labels));
        Assert.Equal(1, layer.P);
    }

    [Fact]
    public void LabelDropout_ThatCanNotBe_SaysWhy()
    {
        Assert.Contains("Conditioning.Classes(count, noClass: true)", Assert.Throws<ArgumentException>("conditioning",
            () => new LabelDropout(Conditioning.Classes(5))).Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentException>("conditioning", () => new LabelDropout(Conditioning.Attributes(5)));
        foreach (var p in new[] { -0.1, 1.1, double.NaN })
        {
            Assert.Throws<ArgumentOutOfRangeException>(
                "p", () => new LabelDropout(Conditioning.Classes(5, noClass: true), p));
        }
    }
}
