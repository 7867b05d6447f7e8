using GanKit.Layers;
using TorchSharp.Modules;

namespace GanKit.Tests.Layers;

public class ConditioningTests
{
    [Fact]
    public void Catalogue_OfKinds_SaysWhatConditionsAre()
    {
        var classes = Conditioning.Classes(10);
        var withNone = Conditioning.Classes(10, noClass: true);
        var attributes = Conditioning.Attributes(40);

        Assert.Equal((10, true, null), (classes.Size, classes.AreClasses, classes.NoClass));
        Assert.Equal((11, true, 10L), (withNone.Size, withNone.AreClasses, withNone.NoClass));
        Assert.Equal((40, false, null), (attributes.Size, attributes.AreClasses, attributes.NoClass));
        Assert.Equal("10 classes, 10 classes or none, 40 attributes", $"{classes}, {withNone}, {attributes}");
    }

    [Fact]
    public void ToVectors_OfLabels_IsOneHotInTheTypeAskedFor()
    {
        using var scope = NewDisposeScope();
        var labels = tensor(new[] { 2L, 0L });

        TensorAssert.Equal(
            tensor(new[,] { { 0f, 0f, 1f }, { 1f, 0f, 0f } }), Conditioning.Classes(3).ToVectors(labels));
        TensorAssert.Equal(
            tensor(new[,] { { 0d, 0d, 1d }, { 1d, 0d, 0d } }), Conditioning.Classes(2, noClass: true).ToVectors(
                labels, float64));
    }

    [Fact]
    public void ToVectors_OfAttributes_IsTheAttributes()
    {
        using var scope = NewDisposeScope();
        var attributes = rand(3, 2, dtype: float64);

        TensorAssert.Equal(attributes, Conditioning.Attributes(2).ToVectors(attributes));
        Assert.Equal(float32, Conditioning.Attributes(2).ToVectors(attributes, float32).dtype);
    }

    [Fact]
    public void ToVectors_InALoop_LeavesOnlyItsResult()
    {
        using var labels = torch.zeros(3, dtype: int64);
        using var attributes = rand(3, 4);
        using var scope = NewDisposeScope();

        Conditioning.Classes(4).ToVectors(labels);
        Conditioning.Attributes(4).ToVectors(attributes);

        Assert.Equal(2, scope.DisposablesCount);
    }

    [Theory]
    [InlineData(true, false, typeof(Embedding))]
    [InlineData(true, true, typeof(SpectralNormEmbedding))]
    [InlineData(false, false, typeof(Linear))]
    [InlineData(false, true, typeof(SpectralNormLinear))]
    public void CreateEmbedding_OfEachKind_MakesVectors(bool classes, bool spectralNorm, Type expected)
    {
        using var scope = NewDisposeScope();
        var conditioning = classes ? Conditioning.Classes(4) : Conditioning.Attributes(4);
        using var layer = conditioning.CreateEmbedding(5, spectralNorm);

        Assert.IsType(expected, layer);
        var vectors = layer.call(classes ? tensor(new[] { 1L, 3L }) : rand(2, 4));
        Assert.Equal([2, 5], vectors.shape);
        Assert.Equal(4 * 5, layer.parameters().Sum(parameter => parameter.numel()));
    }

    [Fact]
    public void WithoutClass_OfClassesWithNone_IsTheLabelBehindThem()
    {
        using var scope = NewDisposeScope();

        TensorAssert.Equal(tensor(new[] { 3L, 3L }), Conditioning.Classes(3, noClass: true).WithoutClass(2));
        Assert.Contains("noClass: true", Assert.Throws<InvalidOperationException>(
            () => Conditioning.Classes(3).WithoutClass(2)).Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentOutOfRangeException>("count", () => Conditioning.Classes(3, noClass: true).WithoutClass(0));
    }

    [Theory]
    [InlineData(3, "label 3")]
    [InlineData(-1, "label -1")]
    public void Labels_OutOfRange_AreNamedWithTheRange(long label, string message)
    {
        using var labels = tensor(new[] { 0L, label });

        var error = Assert.Throws<ArgumentException>("condition", () => Conditioning.Classes(3).ToVectors(labels));

        Assert.Contains(message, error.Message, StringComparison.Ordinal);
        Assert.Contains("from 0 to 2 (3 classes)", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Conditions_OfAnotherShapeOrType_AreDescribed()
    {
        using var scope = NewDisposeScope();

        Says("labels of shape (B), 64-bit integers; this condition is (2) of Int32",
            Conditioning.Classes(3), torch.zeros(2, dtype: int32));
        Says("labels of shape (B), 64-bit integers; this condition is (2, 1) of Int64",
            Conditioning.Classes(3), torch.zeros(2, 1, dtype: int64));
        Says("attributes of shape (B, 3), floating point numbers; this condition is (2, 4) of Float32",
            Conditioning.Attributes(3), torch.zeros(2, 4));
        Says("attributes of shape (B, 3), floating point numbers; this condition is (2, 3) of Int64",
            Conditioning.Attributes(3), torch.zeros(2, 3, dtype: int64));

        static void Says(string message, Conditioning conditioning, Tensor condition) => Assert.Contains(
            message, Assert.Throws<ArgumentException>(nameof(condition), () => conditioning.ToVectors(condition)).Message,
            StringComparison.Ordinal);
    }

    /// <summary>A device other than the CPU would have to wait for a look at the labels.</summary>
    [Fact]
    public void Labels_OnADeviceWithoutValues_AreNotRead()
    {
        using var scope = NewDisposeScope();
        var vectors = Conditioning.Classes(3).ToVectors(torch.zeros(2, dtype: int64, device: torch.device("meta")));

        Assert.Equal([2, 3], vectors.shape);
        Assert.Equal(DeviceType.META, vectors.device_type);
    }

    [Fact]
    public void Counts_BelowOne_AreRefused()
    {
        Assert.Throws<ArgumentOutOfRangeException>("count", () => Conditioning.Classes(0));
        Assert.Throws<ArgumentOutOfRangeException>("count", () => Conditioning.Attributes(0));
        Assert.Throws<ArgumentOutOfRangeException>("embeddingSize", () => Conditioning.Classes(2).CreateEmbedding(0));
    }
}
