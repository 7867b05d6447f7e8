using GanKit.Layers;
using static TorchSharp.torch.nn;

namespace GanKit.Tests.Networks;

public class ConditionalHeadTests
{
    [Theory]
    [InlineData(16)]
    [InlineData(32)]
    [InlineData(64)]
    [InlineData(128)]
    public void ProjectionAndClassifier_OfEverySizeAndBody_JudgeImages(long size)
    {
        using var scope = NewDisposeScope();
        foreach (var (conditioning, condition) in Conditions(batch: 2))
        {
            var images = randn(2, 1, size, size);
            var projections = new List<ProjectionDiscriminator>
            {
                ProjectionDiscriminator.Dcgan(conditioning, size, 1, width: 2),
            };
            var classifiers = new List<AuxiliaryClassifierDiscriminator>
            {
                AuxiliaryClassifierDiscriminator.Dcgan(conditioning, size, 1, width: 2),
            };
            if (size > 16)
            {
                projections.Add(ProjectionDiscriminator.Resnet(conditioning, size, 1, width: 16));
                classifiers.Add(AuxiliaryClassifierDiscriminator.Resnet(conditioning, size, 1, width: 16));
            }

            foreach (var network in projections)
            {
                using var own = network;
                Assert.Equal([2, 1], network.call(images, condition).shape);
            }

            foreach (var network in classifiers)
            {
                using var own = network;
                var (logits, classLogits) = network.call(images);
                Assert.Equal([2, 1], logits.shape);
                Assert.Equal([2, conditioning.Size], classLogits.shape);
            }
        }
    }

    [Fact]
    public void Projection_OnABodyOfOnesOwn_IsTheLogitPlusTheInnerProduct()
    {
        using var scope = NewDisposeScope();
        using var network = new ProjectionDiscriminator(
            Conditioning.Classes(3), Flatten(), features: 6, spectralNorm: false);
        var (images, labels) = (randn(2, 1, 2, 3), tensor(new[] { 2L, 0L }));
        var (weight, bias) = (network.get_parameter("linear.weight")!, network.get_parameter("linear.bias")!);
        var table = network.get_parameter("embedding.weight")!;

        var expected = ((weight + table[labels]) * images.flatten(1)).sum(1, keepdim: true) + bias;

        TensorAssert.Close(expected, network.call(images, labels));
        Assert.Equal(6, network.Features);
    }

    [Theory]
    [InlineData(true, true)]
    [InlineData(true, false)]
    [InlineData(false, true)]
    [InlineData(false, false)]
    public void Projection_WhenFresh_HasVectorsOfXaviersScale(bool classes, bool spectralNorm)
    {
        using var scope = NewDisposeScope();
        var conditioning = classes ? Conditioning.Classes(40) : Conditioning.Attributes(40);
        using var network = new ProjectionDiscriminator(conditioning, Flatten(), features: 60, spectralNorm);
        var name = spectralNorm ? "parametrizations.weight.original" : "weight";
        var vectors = network.get_parameter($"embedding.{name}")!;
        var bound = Math.Sqrt(6.0 / (40 + 60));

        Assert.InRange(vectors.abs().max().item<float>(), 0.98 * bound, 1.0001 * bound);
        TensorAssert.Close(bound / Math.Sqrt(3), vectors.std(), relative: 0.06);
        if (!spectralNorm)
            return;

        // The power iteration has caught up with the new weight.
        var (u, v) = (network.state_dict()["embedding.parametrizations.weight.0._u"],
            network.state_dict()["embedding.parametrizations.weight.0._v"]);
        TensorAssert.Close(linalg.svdvals(vectors)[0].item<float>(), u.dot(vectors.mv(v)), relative: 0.02);
    }

    [Fact]
    public void Heads_OnABodyThatFindsOtherFeatures_SayWhich()
    {
        using var scope = NewDisposeScope();
        using var projection = new ProjectionDiscriminator(Conditioning.Classes(3), Flatten(), features: 5);
        using var classifier = new AuxiliaryClassifierDiscriminator(Conditioning.Classes(3), Flatten(), features: 5);
        var images = randn(2, 1, 2, 3);

        foreach (var error in new[]
        {
            Assert.Throws<ArgumentException>(() => projection.call(images, torch.zeros(2, dtype: int64))),
            Assert.Throws<ArgumentException>(() => classifier.call(images)),
        })
        {
            Assert.Contains("features (2, 5)", error.Message, StringComparison.Ordinal);
            Assert.Contains("they are (2, 6)", error.Message, StringComparison.Ordinal);
        }
    }

    /// <summary>A batch of each kind of condition.</summary>
    internal static IEnumerable<(Conditioning Conditioning, Tensor Condition)> Conditions(long batch) =>
    [
        (Conditioning.Classes(4), torch.randint(0, 4, [batch], dtype: int64)), (Conditioning.Attributes(3), rand(batch, 3)),
    ];
}
