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
