using static TorchSharp.torch.nn;

namespace GanKit.Tests.Networks;

/// <summary>What they compute is in NetworkParityTests; here is how they are built and what they refuse.</summary>
public class SuperResolutionTests
{
    [Theory]
    [InlineData(2, 586_506, 1)]
    [InlineData(4, 734_219, 2)]
    [InlineData(8, 881_932, 3)]
    public void SrganGenerator_OfEachScale_HasTheKeysAndShapesOfTheReference(int scale, long parameters, int doublings)
    {
        using var generator = new SrganGenerator(scale);
        var state = NetworkState.ShapesOf(generator);

        Assert.Equal("(64, 3, 9, 9)", state["block1.0.weight"]);
        Assert.Equal("(1)", state["block1.1.weight"]);
        for (var block = 2; block <= 6; block++)
        {
            Assert.Equal("(64, 64, 3, 3)", state[$"block{block}.conv1.weight"]);
            Assert.Equal("(64)", state[$"block{block}.bn1.running_var"]);
            Assert.Equal("(1)", state[$"block{block}.prelu.weight"]);
            Assert.Equal("(64, 64, 3, 3)", state[$"block{block}.conv2.weight"]);
            Assert.Equal("(64)", state[$"block{block}.bn2.bias"]);
        }

        Assert.Equal("(64, 64, 3, 3)", state["block7.0.weight"]);
        Assert.Equal("(64)", state["block7.1.running_mean"]);
        for (var i = 0; i < doublings; i++)
        {
            Assert.Equal("(256, 64, 3, 3)", state[$"block8.{i}.conv.weight"]);
            Assert.Equal("(1)", state[$"block8.{i}.prelu.weight"]);
        }

        Assert.Equal("(3, 64, 9, 9)", state[$"block8.{doublings}.weight"]);
        Assert.Equal(3 + 5 * (2 + 5 + 1 + 2 + 5) + 7 + 3 * doublings + 2, state.Count);
        Assert.Equal(parameters, NetworkState.CountParameters(generator));
    }

    [Fact]
    public void SrganDiscriminator_OfTheReferencesWidth_HasItsKeysAndShapes()
    {
        using var discriminator = new SrganDiscriminator();
        var state = NetworkState.ShapesOf(discriminator);

        Assert.Equal("(64, 3, 3, 3)", state["net.0.weight"]);
        Assert.Equal("(64, 64, 3, 3)", state["net.2.weight"]);
        Assert.Equal("(128, 64, 3, 3)", state["net.5.weight"]);
        Assert.Equal("(512, 512, 3, 3)", state["net.20.weight"]);
        Assert.Equal("(512)", state["net.21.running_mean"]);
        Assert.Equal("(1024, 512, 1, 1)", state["net.24.weight"]);
        Assert.Equal("(1, 1024, 1, 1)", state["net.26.weight"]);
        Assert.Equal(5_215_425, NetworkState.CountParameters(discriminator));
    }

    [Fact]
    public void RrdbGenerator_OfTheReferencesSize_HasBasicSrsKeysAndShapes()
    {
        using var generator = new RrdbGenerator();
        var state = NetworkState.ShapesOf(generator);

        Assert.Equal("(64, 3, 3, 3)", state["conv_first.weight"]);
        Assert.Equal("(32, 64, 3, 3)", state["body.0.rdb1.conv1.weight"]);
        Assert.Equal("(32, 96, 3, 3)", state["body.0.rdb1.conv2.weight"]);
        Assert.Equal("(64, 192, 3, 3)", state["body.22.rdb3.conv5.weight"]);
        foreach (var name in new[] { "conv_body", "conv_up1", "conv_up2", "conv_hr" })
            Assert.Equal("(64, 64, 3, 3)", state[$"{name}.weight"]);
        Assert.Equal("(3, 64, 3, 3)", state["conv_last.weight"]);
        Assert.Equal(2 * (23 * 15 + 6), state.Count);
        Assert.Equal(16_697_987, NetworkState.CountParameters(generator));
    }

    [Theory]
    [InlineData(2, 12)]
    [InlineData(1, 48)]
    public void RrdbGenerator_OfASmallerScale_FoldsPixelsIntoChannels(int scale, long folded)
    {
        using var generator = new RrdbGenerator(blocks: 1, scale: scale);

        Assert.Equal($"(64, {folded}, 3, 3)", NetworkState.ShapesOf(generator)["conv_first.weight"]);
    }

    [Theory]
    [InlineData(2, 1, 3)]
    [InlineData(4, 5, 2)]
    [InlineData(8, 3, 1)]
    public void SrganPair_OfAnySize_EnlargesAndJudges(int scale, long height, long width)
    {
        using var scope = NewDisposeScope();
        using var generator = new SrganGenerator(scale, channels: 2, width: 2, blocks: 2);
        using var discriminator = new SrganDiscriminator(channels: 2, width: 1);

        var images = generator.call(torch.rand(2, 2, height, width));

        Assert.Equal([2, 2, scale * height, scale * width], images.shape);
        Assert.InRange(images.min().item<float>(), 0, 1);
        Assert.InRange(images.max().item<float>(), images.min().item<float>() + 1e-6, 1);
        discriminator.eval(); // batch normalisation can't train on one value
        Assert.Equal([2, 1], discriminator.call(images).shape);
    }

    [Theory]
    [InlineData(4, 1, 3)]
    [InlineData(2, 6, 2)]
    [InlineData(1, 4, 12)]
    public void RrdbGenerator_OfAnySizeThatFits_EnlargesIt(int scale, long height, long width)
    {
        using var scope = NewDisposeScope();
        using var generator = new RrdbGenerator(1, 2, width: 2, blocks: 1, growth: 1, scale);

        Assert.Equal([2, 2, scale * height, scale * width], generator.call(torch.rand(2, 1, height, width)).shape);
    }

    [Theory]
    [InlineData(2, 5, 8, "multiples of 2", "6 x 8")]
    [InlineData(1, 2, 9, "multiples of 4", "4 x 8")]
    public void RrdbGenerator_OfASizeThatDoesNotFit_NamesOneThatDoes(
        int scale, long height, long width, string rule, string fits)
    {
        using var generator = new RrdbGenerator(width: 2, blocks: 1, growth: 1, scale: scale);
        using var images = torch.zeros(1, 3, height, width);

        var error = Assert.Throws<ArgumentException>("images", () => generator.call(images));

        Assert.Contains(rule, error.Message, StringComparison.Ordinal);
        Assert.Contains(fits, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Networks_OfOtherChannels_SayWhichTheyTake()
    {
        using var scope = NewDisposeScope();
        foreach (var network in new Module<Tensor, Tensor>[]
        {
            new SrganGenerator(width: 1, blocks: 1), new SrganDiscriminator(width: 1),
            new RrdbGenerator(width: 1, blocks: 1, growth: 1), new RrdbGenerator(width: 1, blocks: 1, growth: 1, scale: 2),
        })
        {
            using var own = network;
            foreach (var shape in new long[][] { [1, 4, 8, 8], [3, 8, 8], [1, 3, 0, 8] })
            {
                var error = Assert.Throws<ArgumentException>("images", () => network.call(torch.zeros(shape)));
                Assert.Contains($"({string.Join(", ", shape)})", error.Message, StringComparison.Ordinal);
                Assert.Contains(network.GetName(), error.Message, StringComparison.Ordinal);
            }
        }
    }

    [Fact]
    public void RrdbGenerator_Fresh_StartsItsDenseBlocksSmall()
    {
        using var scope = NewDisposeScope();
        using var generator = new RrdbGenerator(blocks: 1);

        var weight = generator.get_parameter("body.0.rdb2.conv3.weight")!; // of 128 channels
        TensorAssert.Close(0.1 * Math.Sqrt(2.0 / (128 * 9)), weight.std(), relative: 0.05);
        Assert.Equal(0, generator.get_parameter("body.0.rdb2.conv3.bias")!.abs().max().item<float>());
        Assert.NotEqual(0, generator.get_parameter("conv_body.bias")!.abs().max().item<float>());
    }

    [Fact]
    public void SrganDiscriminator_UnderAGradientPenalty_IsTwiceDifferentiable()
    {
        manual_seed(1); // away from the kinks of LeakyReLU
        using var scope = NewDisposeScope();
        using var discriminator = new SrganDiscriminator(channels: 1, width: 1).to(float64);
        discriminator.eval();
        discriminator.Initialize(Initializer.KaimingNormal());
        var images = randn([1, 1, 6, 5], float64, requires_grad: true);

        GradientCheck.Passes(
            () => InputGradient(discriminator.call(images).square().sum()).square().sum(),
            [images, discriminator.get_parameter("net.0.weight")!], relative: 1e-4, absolute: 1e-5);

        Tensor InputGradient(Tensor loss) =>
            autograd.grad([loss], [images], retain_graph: true, create_graph: true)[0];
    }

    [Fact]
    public void Properties_OfEachNetwork_TellHowItWasBuilt()
    {
        using var srgan = new SrganGenerator(8, channels: 1, width: 2, blocks: 3);
        using var discriminator = new SrganDiscriminator(channels: 1, width: 2);
        using var rrdb = new RrdbGenerator(1, 2, 3, 4, 5, scale: 2);

        Assert.Equal((8, 1, 2, 3), (srgan.Scale, srgan.Channels, srgan.Width, srgan.Blocks));
        Assert.Equal((1, 2), (discriminator.Channels, discriminator.Width));
        Assert.Equal((1, 2, 3, 4), (rrdb.InChannels, rrdb.OutChannels, rrdb.Width, rrdb.Blocks));
        Assert.Equal((5, 2), (rrdb.Growth, rrdb.Scale));
    }

    [Fact]
    public void Constructors_WithNumbersOutOfRange_NameThem()
    {
        foreach (var scale in new[] { -2, 0, 1, 3, 16 })
            Throws("scale", () => new SrganGenerator(scale));
        Throws("channels", () => new SrganGenerator(channels: 0));
        Throws("width", () => new SrganGenerator(width: 0));
        Throws("blocks", () => new SrganGenerator(blocks: -1));
        Throws("channels", () => new SrganDiscriminator(channels: 0));
        Throws("width", () => new SrganDiscriminator(width: 0));
        foreach (var scale in new[] { -4, 0, 3, 8 })
            Throws("scale", () => new RrdbGenerator(scale: scale));
        Throws("inChannels", () => new RrdbGenerator(inChannels: 0));
        Throws("outChannels", () => new RrdbGenerator(outChannels: 0));
        Throws("width", () => new RrdbGenerator(width: 0));
        Throws("blocks", () => new RrdbGenerator(blocks: 0));
        Throws("growth", () => new RrdbGenerator(growth: 0));

        static void Throws(string name, Func<object> build) => Assert.Throws<ArgumentOutOfRangeException>(name, build);
    }
}
