using GanKit.Layers;

namespace GanKit.Tests.Networks;

public class PatchDiscriminatorTests
{
    [Theory]
    [InlineData(3, false, 2_765_633)]
    [InlineData(3, true, 2_764_737)]
    [InlineData(6, false, 2_768_705)]
    public void PatchDiscriminator_OfThreeLayers_HasTheKeysAndShapesOfTheReference(
        long inChannels, bool instance, long parameters)
    {
        using var discriminator = new PatchDiscriminator(inChannels, norm: instance ? Norm.Instance : Norm.Batch);
        var state = NetworkState.ShapesOf(discriminator);

        Assert.Equal($"(64, {inChannels}, 4, 4)", state["model.0.weight"]);
        Assert.Equal("(128, 64, 4, 4)", state["model.2.weight"]);
        Assert.Equal("(256, 128, 4, 4)", state["model.5.weight"]);
        Assert.Equal("(512, 256, 4, 4)", state["model.8.weight"]);
        Assert.Equal("(1, 512, 4, 4)", state["model.11.weight"]);
        Assert.Equal(
            instance
                ? ["model.0.bias", "model.11.bias", "model.2.bias", "model.5.bias", "model.8.bias"]
                : ["model.0.bias", "model.11.bias", "model.3.bias", "model.6.bias", "model.9.bias"],
            state.Keys.Where(key => key.EndsWith("bias")).Order(StringComparer.Ordinal));
        Assert.Equal(!instance, state.ContainsKey("model.3.running_mean"));
        Assert.Equal(parameters, NetworkState.CountParameters(discriminator));
    }

    [Theory]
    [InlineData(1, 16)]
    [InlineData(2, 34)]
    [InlineData(3, 70)]
    [InlineData(4, 142)]
    public void PatchDiscriminator_OfOneLogit_SeesItsReceptiveFieldAndNoMore(int layers, long expected)
    {
        using var scope = NewDisposeScope();
        // Instance normalisation would look at the whole image.
        using var discriminator = new PatchDiscriminator(1, width: 1, layers, Norm.None);
        using (no_grad())
        {
            foreach (var parameter in discriminator.parameters())
                parameter.abs_(); // so that nothing cancels, and no gradient vanishes
        }

        var images = torch.ones([1, 1, 256, 256], requires_grad: true);
        var logits = discriminator.call(images);
        logits[0, 0, logits.size(2) / 2, logits.size(3) / 2].backward();

        Assert.Equal(expected, discriminator.ReceptiveField);
        Assert.Equal(expected, (images.grad![0, 0].sum(1) != 0).sum().item<long>());
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void PatchDiscriminator_OfTheSmallestImage_GivesOneLogitAndRefusesLess(int layers)
    {
        using var scope = NewDisposeScope();
        using var discriminator = new PatchDiscriminator(width: 1, layers: layers);
        var smallest = 3L << layers;

        Assert.Equal([2, 1, 1, 1], discriminator.call(randn(2, 3, smallest, smallest)).shape);
        var error = Assert.Throws<ArgumentException>(
            "images", () => discriminator.call(randn(2, 3, smallest, smallest - 1)));
        Assert.Contains($"at least {smallest} x {smallest}", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void PatchDiscriminator_Of256Pixels_Gives30x30Logits()
    {
        using var scope = NewDisposeScope();
        using var discriminator = new PatchDiscriminator(width: 1);

        Assert.Equal([1, 1, 30, 30], discriminator.call(randn(1, 3, 256, 256)).shape);
    }

    [Fact]
    public void PatchDiscriminator_UnderAGradientPenalty_IsTwiceDifferentiable()
    {
        manual_seed(1); // away from the kinks of LeakyReLU
        using var scope = NewDisposeScope();
        using var discriminator = new PatchDiscriminator(1, width: 2, layers: 1, Norm.Instance).to(float64);
        discriminator.Initialize(Initializer.KaimingNormal());
        var images = randn([1, 1, 8, 8], float64, requires_grad: true);

        GradientCheck.Passes(
            () => InputGradient(discriminator.call(images).square().sum()).square().sum(),
            [images, discriminator.get_parameter("model.0.weight")!], relative: 1e-4, absolute: 1e-5);

        Tensor InputGradient(Tensor loss) =>
            autograd.grad([loss], [images], retain_graph: true, create_graph: true)[0];
    }

    [Fact]
    public void PixelDiscriminator_OfTheReferencesWidth_HasItsKeysAndShapes()
    {
        using var discriminator = new PixelDiscriminator();
        using var instance = new PixelDiscriminator(norm: Norm.Instance);

        Assert.Equal("(64, 3, 1, 1)", NetworkState.ShapesOf(discriminator)["net.0.weight"]);
        Assert.Equal("(128, 64, 1, 1)", NetworkState.ShapesOf(discriminator)["net.2.weight"]);
        Assert.Equal("(128)", NetworkState.ShapesOf(discriminator)["net.3.running_mean"]);
        Assert.Equal("(1, 128, 1, 1)", NetworkState.ShapesOf(discriminator)["net.5.weight"]);
        Assert.Equal(8_832, NetworkState.CountParameters(discriminator));
        Assert.Equal(
            ["net.0.bias", "net.0.weight", "net.2.bias", "net.2.weight", "net.5.bias", "net.5.weight"],
            NetworkState.ShapesOf(instance).Keys.Order(StringComparer.Ordinal));
    }
}
