using GanKit.Layers;
using static TorchSharp.torch.nn;

namespace GanKit.Tests.Networks;

public class ConditionalNetworkTests
{
    [Theory]
    [InlineData(16, false)]
    [InlineData(32, true)]
    [InlineData(64, false)]
    [InlineData(128, true)]
    public void Pair_OfEverySize_MakesAndJudgesImages(long size, bool other)
    {
        using var scope = NewDisposeScope();
        foreach (var (conditioning, condition) in ConditionalHeadTests.Conditions(batch: 3))
        {
            using var generator = new ConditionalDcganGenerator(
                conditioning, size, channels: 2, latentSize: 5, width: 2, conditionalNorm: other);
            using var discriminator = new ConditionalDcganDiscriminator(
                conditioning, size, channels: 2, width: 2, joinFeatures: other);

            var images = generator.call(randn(3, 5), condition);

            Assert.Equal([3, 2, size, size], images.shape);
            Assert.InRange(images.abs().max().item<float>(), 1e-6, 1);
            Assert.Equal([3, 1], discriminator.call(images, condition).shape);
        }
    }

    [Fact]
    public void Networks_GivenAnotherCondition_GiveAnotherAnswer()
    {
        using var scope = NewDisposeScope();
        manual_seed(1); // with some weights, ReLUs are silent wherever the condition would be heard
        foreach (var network in All(Conditioning.Classes(3)))
        {
            using var own = network;
            network.eval();
            foreach (var (_, table) in network.named_parameters().Where(entry => entry.name.EndsWith(".embed.weight", StringComparison.Ordinal)))
                table.detach().normal_(1, 0.5); // gains and biases, which are equal at first
            var input = InputOf(network);
            var (a, b) = (tensor(new[] { 0L, 1L }), tensor(new[] { 2L, 1L }));
            var difference = (network.call(input, a) - network.call(input, b)).abs().flatten(1).amax([1]);

            Assert.True(difference[0].item<float>() > 0, network.GetName());
            Assert.Equal(0, difference[1].item<float>());
        }
    }

    [Fact]
    public void Dcgans_BesideTheCondition_AreDcgans()
    {
        using var generator = new ConditionalDcganGenerator(Conditioning.Classes(10), embeddingSize: 20);
        using var discriminator = new ConditionalDcganDiscriminator(Conditioning.Classes(10));
        using var plainGenerator = new DcganGenerator(latentSize: 120);
        using var plainDiscriminator = new DcganDiscriminator(channels: 13);

        Assert.Equal(
            NetworkState.ShapesOf(plainGenerator).Append(new("embedding.weight", "(10, 20)")).OrderBy(entry => entry.Key),
            NetworkState.ShapesOf(generator).OrderBy(entry => entry.Key));
        Assert.Equal(
            NetworkState.ShapesOf(plainDiscriminator).OrderBy(entry => entry.Key),
            NetworkState.ShapesOf(discriminator).OrderBy(entry => entry.Key));
    }

    [Fact]
    public void Networks_OfWhatDoesNotFit_SayWhatTheyTake()
    {
        using var scope = NewDisposeScope();
        foreach (var network in All(Conditioning.Classes(3)))
        {
            using var own = network;
            var input = InputOf(network);
            Says("takes labels from 0 to 2 (3 classes); there is a label 3", "condition", input, tensor(new[] { 3L, 1L }));
            Says("as many conditions as samples; there are 1 and 2", "condition", input, tensor(new[] { 1L }));
            Says("labels of shape (B), 64-bit integers", "condition", input, rand(2, 3));
            var isGenerator = input.dim() == 2;
            Says("of shape (B, ", isGenerator ? "latents" : "images",
                isGenerator ? randn(2, 6) : randn(2, 1, 32, 16), tensor(new[] { 0L, 1L }));

            void Says(string message, string name, Tensor first, Tensor condition) => Assert.Contains(
                message, Assert.Throws<ArgumentException>(name, () => network.call(first, condition)).Message,
                StringComparison.Ordinal);
        }
    }

    [Fact]
    public void Networks_GivenAttributesOfAnotherFloatingPointType_TakeThemAsTheirOwn()
    {
        using var scope = NewDisposeScope();
        var attributes = tensor(new[,] { { 0.0, 1, 0.5 }, { 1, 0, -0.25 } }, dtype: float64);
        foreach (var network in All(Conditioning.Attributes(3)))
        {
            using var _ = network;
            network.eval();
            var input = InputOf(network);

            TensorAssert.Equal(network.call(input, attributes.to(float32)), network.call(input, attributes));
            Assert.Equal(float64, attributes.dtype);
        }
    }

    [Fact]
    public void Networks_InALoop_LeaveOnlyTheirResult()
    {
        foreach (var network in All(Conditioning.Classes(3)))
        {
            using var own = network;
            using var input = InputOf(network);
            using var labels = tensor(new[] { 0L, 1L });
            using var scope = NewDisposeScope();
            network.call(input, labels);
            network.call(input, labels);
            Assert.Equal(2, scope.DisposablesCount);
        }
    }

    [Fact]
    public void Generator_WithNoClass_DrawsWithoutOne()
    {
        using var scope = NewDisposeScope();
        var conditioning = Conditioning.Classes(3, noClass: true);
        using var generator = new ConditionalDcganGenerator(conditioning, 16, 1, latentSize: 5, width: 2);

        Assert.Equal([4, 1, 16, 16], generator.call(randn(4, 5), conditioning.WithoutClass(4)).shape);
    }

    /// <summary>Embeddings, power iterations and class logits get along with the trainer and its average.</summary>
    [Fact]
    public void Networks_InATrainer_Learn()
    {
        using var scope = NewDisposeScope();
        var classes = Conditioning.Classes(3);
        using var batch = new Batch(rand(4, 1, 16, 16) * 2 - 1, tensor(new[] { 0L, 1L, 2L, 2L }));
        var options = new TrainerOptions { AverageDecay = 0.9, Device = CPU };
        ConditionalDcganGenerator Generator() => new(classes, 16, 1, latentSize: 5, width: 2, conditionalNorm: true);

        using var generator = Generator();
        var table = generator.get_parameter("main.1.embed.weight")!.clone();
        using (var trainer = AdversarialTrainer.Create(generator, ProjectionDiscriminator.Dcgan(classes, 16, 1, width: 2),
            new ConditionalObjective(latentSize: 5, AdversarialLoss.Hinge, new R1Penalty()), options))
        {
            Assert.True(double.IsFinite(trainer.Step(batch).DiscriminatorLoss));
        }

        Assert.False(generator.get_parameter("main.1.embed.weight")!.equal(table).all().item<bool>());

        using var classified = AdversarialTrainer.Create(
            Generator(), AuxiliaryClassifierDiscriminator.Dcgan(classes, 16, 1, width: 2),
            new AuxiliaryClassifierObjective(latentSize: 5, AdversarialLoss.NonSaturating), options);
        Assert.True(double.IsFinite(classified.Step(batch).GeneratorLoss));
    }

    [Fact]
    public void Constructors_WithImpossibleNumbers_NameThem()
    {
        var classes = Conditioning.Classes(3);
        Throws("imageSize", () => new ConditionalDcganGenerator(classes, 48));
        Throws("channels", () => new ConditionalDcganGenerator(classes, channels: 0));
        Throws("latentSize", () => new ConditionalDcganGenerator(classes, latentSize: 0));
        Throws("width", () => new ConditionalDcganGenerator(classes, width: 0));
        Throws("embeddingSize", () => new ConditionalDcganGenerator(classes, embeddingSize: 0));
        Throws("imageSize", () => new ConditionalSnganGenerator(classes, 48));
        Throws("channels", () => new ConditionalSnganGenerator(classes, channels: 0));
        Throws("latentSize", () => new ConditionalSnganGenerator(classes, latentSize: 0));
        Throws("width", () => new ConditionalSnganGenerator(classes, 64, width: 15));
        Throws("imageSize", () => new ConditionalDcganDiscriminator(classes, 48));
        Throws("channels", () => new ConditionalDcganDiscriminator(classes, channels: 0));
        Throws("width", () => new ConditionalDcganDiscriminator(classes, width: 0));
        Throws("imageSize", () => ProjectionDiscriminator.Dcgan(classes, 48));
        Throws("imageSize", () => ProjectionDiscriminator.Resnet(classes, 16));
        Throws("channels", () => ProjectionDiscriminator.Dcgan(classes, channels: 0));
        Throws("channels", () => ProjectionDiscriminator.Resnet(classes, channels: 0));
        Throws("width", () => AuxiliaryClassifierDiscriminator.Dcgan(classes, width: 0));
        Throws("width", () => AuxiliaryClassifierDiscriminator.Resnet(classes, 64, width: 15));
        Throws("features", () => new ProjectionDiscriminator(classes, Flatten(), 0));
        Throws("features", () => new AuxiliaryClassifierDiscriminator(classes, Flatten(), 0));

        static void Throws(string name, Func<object> build) => Assert.Throws<ArgumentOutOfRangeException>(name, build);
    }

    private static Tensor InputOf(nn.Module network) =>
        network is ConditionalDcganGenerator or ConditionalSnganGenerator ? randn(2, 5) : randn(2, 1, 32, 32);

    private static IEnumerable<Module<Tensor, Tensor, Tensor>> All(Conditioning conditioning) =>
    [
        new ConditionalDcganGenerator(conditioning, 16, 1, latentSize: 5, width: 2, embeddingSize: 2),
        new ConditionalDcganGenerator(conditioning, 16, 1, latentSize: 5, width: 2, conditionalNorm: true),
        new ConditionalSnganGenerator(conditioning, channels: 1, latentSize: 5, width: 4),
        new ConditionalDcganDiscriminator(conditioning, 32, 1, width: 2),
        new ConditionalDcganDiscriminator(conditioning, 32, 1, width: 2, joinFeatures: true),
        ProjectionDiscriminator.Dcgan(conditioning, 32, 1, width: 2),
        ProjectionDiscriminator.Resnet(conditioning, 32, 1, width: 4),
    ];
}
