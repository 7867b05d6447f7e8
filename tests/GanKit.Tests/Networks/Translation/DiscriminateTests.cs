using GanKit.Layers;
using static TorchSharp.torch.nn;

namespace GanKit.Tests.Networks;

/// <summary>What the translation discriminators show on the way to their logits.</summary>
public class DiscriminateTests
{
    [Theory]
    [InlineData("None", false)]
    [InlineData("Batch", false)]
    [InlineData("Instance", true)]
    [InlineData("None", true)]
    public void Discriminate_OfAPatchDiscriminator_ShowsEachLayer(string norm, bool spectralNorm)
    {
        using var scope = NewDisposeScope();
        var choice = new[] { Norm.None, Norm.Batch, Norm.Instance }.Single(choice => choice.Name == norm);
        using var network = new PatchDiscriminator(3, width: 2, layers: 3, choice, spectralNorm);
        network.eval();
        var images = randn(2, 3, 32, 40);

        var output = Assert.Single(network.Discriminate(images));

        Assert.Equal(network.call(images), output.Logits, TensorsEqual);
        Assert.Equal(
            ["(2, 2, 16, 20)", "(2, 4, 8, 10)", "(2, 8, 4, 5)", "(2, 16, 3, 4)"],
            output.Features.Select(feature => $"({string.Join(", ", feature.shape)})"));
        // As they were when the next layer saw them: activated, and not written to afterwards.
        var last = network.children().Single().children().Last();
        Assert.Equal(((Module<Tensor, Tensor>)last).call(output.Features[^1]), output.Logits, TensorsEqual);
    }

    [Fact]
    public void Discriminate_OfAPixelDiscriminator_ShowsBothLayers()
    {
        using var scope = NewDisposeScope();
        using var network = new PixelDiscriminator(3, width: 4, Norm.Instance);
        var images = randn(2, 3, 5, 6);

        var output = Assert.Single(network.Discriminate(images));

        Assert.Equal(network.call(images), output.Logits, TensorsEqual);
        Assert.Equal([4L, 8L], output.Features.Select(feature => feature.size(1)));
        Assert.Throws<ArgumentException>("images", () => network.Discriminate(randn(2, 4, 5, 6)));
    }

    [Fact]
    public void Discriminate_InALoop_LeavesOnlyItsResult()
    {
        using var network = new MultiScaleDiscriminator(1, scales: 2, width: 1, layers: 1);
        using var images = randn(1, 1, 16, 16);
        using var scope = NewDisposeScope();

        network.Discriminate(images);

        Assert.Equal(2 * (2 + 1), scope.DisposablesCount); // of each scale two layers and logits
    }

    [Fact]
    public void Discriminate_Gradient_ReachesTheImagesAndWeights()
    {
        using var scope = NewDisposeScope();
        using var network = new MultiScaleDiscriminator(1, scales: 2, width: 1, layers: 1);
        var images = randn(1, 1, 16, 16).requires_grad_();

        var sum = network.Discriminate(images).SelectMany(scale => scale.Features).Aggregate(
            zeros(1), (sum, feature) => sum + feature.square().sum());
        sum.backward();

        Assert.True(images.grad!.abs().sum().item<float>() > 0);
    }

    [Fact]
    public void StateKeys_OfJudgingNetworks_AreTheReferences()
    {
        using var network = new PatchDiscriminator(width: 1, layers: 1, norm: Norm.Instance);

        Assert.Equal(
            ["model.0.bias", "model.0.weight", "model.2.bias", "model.2.weight", "model.5.bias", "model.5.weight"],
            network.state_dict().Keys.Order(StringComparer.Ordinal));
    }

    private static bool TensorsEqual(Tensor a, Tensor b) => a.equal(b).all().item<bool>();
}
