using GanKit.Layers;

namespace GanKit.Tests.Networks;

public class ConditionalSnganTests
{
    [Fact]
    public void Generator_At32_HasTheKeysAndShapesOfMimicry()
    {
        using var generator = new ConditionalSnganGenerator(Conditioning.Classes(10));

        Assert.Equal(
            new[]
            {
                "l1.weight (4096, 128)", "l1.bias (4096)", "c5.weight (3, 256, 3, 3)", "c5.bias (3)",
                "b5.weight (256)", "b5.bias (256)",
            }
            .Concat(Statistics("b5"))
            .Concat(new[] { "block2", "block3", "block4" }.SelectMany(Block))
            .Order(),
            generator.state_dict().Select(entry => $"{entry.Key} ({string.Join(", ", entry.Value.shape)})").Order());

        static IEnumerable<string> Block(string name) =>
        [
            $"{name}.c1.weight (256, 256, 3, 3)", $"{name}.c1.bias (256)", $"{name}.c2.weight (256, 256, 3, 3)",
            $"{name}.c2.bias (256)", $"{name}.c_sc.weight (256, 256, 1, 1)", $"{name}.c_sc.bias (256)",
            $"{name}.b1.embed.weight (10, 512)", .. Statistics($"{name}.b1.bn"),
            $"{name}.b2.embed.weight (10, 512)", .. Statistics($"{name}.b2.bn"),
        ];

        static string[] Statistics(string name) =>
            [$"{name}.running_mean (256)", $"{name}.running_var (256)", $"{name}.num_batches_tracked ()"];
    }

    [Theory]
    [InlineData(32, 4_304_387)]
    [InlineData(64, 12_272_515)]
    [InlineData(128, 32_239_491)]
    public void Generator_OfDefaultWidth_HasAsManyParametersAsInPyTorch(long imageSize, long parameters)
    {
        using var generator = new ConditionalSnganGenerator(Conditioning.Classes(10), imageSize);

        Assert.Equal(parameters, generator.parameters().Sum(parameter => parameter.numel()));
    }

    [Theory]
    [InlineData(32, 1, 8)]
    [InlineData(64, 3, 16)]
    [InlineData(128, 1, 16)]
    public void Generator_OfEverySize_MakesImagesForItsPartner(long imageSize, long channels, long width)
    {
        using var scope = NewDisposeScope();
        foreach (var (conditioning, condition) in ConditionalHeadTests.Conditions(batch: 2))
        {
            using var generator = new ConditionalSnganGenerator(conditioning, imageSize, channels, latentSize: 5, width);
            using var discriminator = ProjectionDiscriminator.Resnet(conditioning, imageSize, channels, width: 16);

            var images = generator.call(randn(2, 5), condition);

            Assert.Equal([2, channels, imageSize, imageSize], images.shape);
            Assert.InRange(images.abs().max().item<float>(), 1e-6, 1);
            Assert.Equal([2, 1], discriminator.call(images, condition).shape);
        }
    }

    /// <summary>With gains of 1 and biases of 0, and the same weights elsewhere, it is the generator without conditions.</summary>
    [Fact]
    public void Generator_WhenFresh_DrawsWhatSnganDoes()
    {
        using var scope = NewDisposeScope();
        using var generator = new ConditionalSnganGenerator(Conditioning.Classes(3), latentSize: 5, width: 4);
        using var plain = new SnganGenerator(latentSize: 5, width: 4);
        var weights = generator.named_parameters().ToDictionary(entry => entry.name, entry => entry.parameter);
        using (no_grad())
        {
            foreach (var (name, parameter) in plain.named_parameters())
            {
                if (weights.TryGetValue(name, out var own))
                    parameter.copy_(own);
            }
        }

        var latents = randn(3, 5);
        TensorAssert.Close(plain.call(latents), generator.call(latents, tensor(new[] { 2L, 0, 1 })));
    }

    [Fact]
    public void Block_OfWhatDoesNotFit_SaysSo()
    {
        using var scope = NewDisposeScope();
        using var block = new ConditionalSnganGeneratorBlock(4, 2, Conditioning.Classes(3));

        Assert.Equal([1, 2, 8, 6], block.call(randn(1, 4, 4, 3), tensor(new[] { 2L })).shape);
        Assert.Throws<ArgumentException>("input", () => block.call(randn(1, 3, 4, 4), tensor(new[] { 2L })));
        Assert.Throws<ArgumentException>("condition", () => block.call(randn(1, 4, 4, 4), tensor(new[] { 3L })));
        Assert.Throws<ArgumentOutOfRangeException>("inChannels", () => new ConditionalSnganGeneratorBlock(0, 2, Conditioning.Classes(3)));
        Assert.Throws<ArgumentOutOfRangeException>("outChannels", () => new ConditionalSnganGeneratorBlock(2, 0, Conditioning.Classes(3)));
        Assert.Throws<ArgumentNullException>("conditioning", () => new ConditionalSnganGeneratorBlock(2, 2, null!));
        Assert.Throws<ArgumentNullException>("conditioning", () => new ConditionalSnganGenerator(null!));
    }
}
