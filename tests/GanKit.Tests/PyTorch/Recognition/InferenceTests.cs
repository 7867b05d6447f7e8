using static TorchSharp.torch.nn;

namespace GanKit.Tests.PyTorch;

public class InferenceTests
{
    [Theory]
    [InlineData(13, 21, 4, 8, 1)]
    [InlineData(3, 2, 32, 1, 1)]
    [InlineData(1, 1, 8, 1, 2)]
    [InlineData(16, 24, 4, 8, 4)]
    [InlineData(5, 7, 1, 1, 2)]
    public void Translate_AnySize_GrowsByReflectionToWhatFitsAndIsCutBack(
        long height, long width, long multiple, long smallest, int scale)
    {
        using var scope = NewDisposeScope();
        using var enlarge = new Enlarge(scale);
        var images = rand(2, 3, height, width) * 2 - 1;

        var result = enlarge.Translate(
            images, NetworkUse.FromImages(3, 3) with { Multiple = multiple, Smallest = smallest, Scale = scale });

        TensorAssert.Close(images.repeat_interleave(scale, 2).repeat_interleave(scale, 3), result);
        Assert.All(enlarge.Seen!, size => Assert.True(size % multiple == 0 && size >= smallest));
        Assert.All(enlarge.Seen!.Zip([height, width]),
            pair => Assert.True(pair.First < Math.Max(pair.Second, smallest) + multiple));
    }

    [Fact]
    public void Translate_AtABorder_SeesTheReflectionOfThePicture()
    {
        using var scope = NewDisposeScope();
        var images = arange(5, float32).reshape(1, 1, 1, 5) / 10;
        using var enlarge = new Enlarge(1);

        _ = enlarge.Translate(images, NetworkUse.FromImages(1, 1) with { Multiple = 16 });

        Assert.Equal([16, 16], enlarge.Seen!);
        // Grown by at most 4 on each side at a time: 5, then 13, then 16.
        float[] row = [0.3f, 0.4f, 0.3f, 0.2f, 0.1f, 0, 0.1f, 0.2f, 0.3f, 0.4f, 0.3f, 0.2f, 0.1f, 0, 0.1f, 0.2f];
        Assert.Equal(row, enlarge.FirstRow!.Select(value => MathF.Round(value, 3)));
    }

    [Fact]
    public void Translate_ANetworkBetweenZeroAndOne_GetsAndGivesThatRange()
    {
        using var scope = NewDisposeScope();
        using var enlarge = new Enlarge(1);

        var result = enlarge.Translate(
            tensor(new[] { -1f, 0f, 1f }).reshape(1, 1, 1, 3), NetworkUse.FromImages(1, 1) with { Black = 0 });

        Assert.Equal([0, 0.5f, 1], enlarge.FirstRow!);
        TensorAssert.Close(tensor(new[] { -1f, 0f, 1f }).reshape(1, 1, 1, 3), result);
    }

    [Fact]
    public void Translate_ANetworkThatOvershoots_StaysWithinTheRange()
    {
        using var scope = NewDisposeScope();
        using var overshooting = new Enlarge(1);

        var result = overshooting.Translate(
            tensor(new[] { -3f, 0.5f, 2f }).reshape(1, 1, 1, 3), NetworkUse.FromImages(1, 1));

        TensorAssert.Equal(tensor(new[] { -1f, 0.5f, 1f }).reshape(1, 1, 1, 3), result);
    }

    [Fact]
    public void Translate_LeavesTheModeAndNoTensorsAndNoGradients()
    {
        using var generator = new ResnetGenerator(width: 2, blocks: 1);
        using var images = rand(1, 3, 9, 10);
        generator.train();
        using var result = generator.Translate(images, Use(generator)); // the first call may keep something
        var before = LiveTensors.OfThisThread;

        using var again = generator.Translate(images, Use(generator));

        Assert.Equal(before + 1, LiveTensors.OfThisThread);
        Assert.True(generator.training);
        Assert.False(again.requires_grad);
        Assert.Equal([1, 3, 9, 10], again.shape);
    }

    [Fact]
    public void Translate_WhatDoesNotFit_ThrowsAndSaysWhy()
    {
        using var generator = new ResnetGenerator(width: 2, blocks: 1);
        using var grey = rand(1, 1, 8, 8);
        using var single = rand(3, 8, 8);

        Assert.Contains("(B, 3, H, W), not (1, 1, 8, 8)", Assert.Throws<ArgumentException>(
            () => generator.Translate(grey, Use(generator))).Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentException>(() => generator.Translate(single, Use(generator)));
        Assert.Contains("latents (B, 7) to images", Assert.Throws<ArgumentException>(
            () => generator.Translate(grey, NetworkUse.FromLatents(7, 1, 32))).Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentException>(() => generator.Translate(grey, NetworkUse.Judging(1)));
    }

    [Fact]
    public void Use_OfEveryNetwork_SaysWhatItTakesAndGives()
    {
        string[] expected =
        [
            "images (B, 3, H, W) in [-1, 1], H and W multiples of 4 and at least 8 to images (B, 3, H, W)",
            "images (B, 3, H, W) in [-1, 1], H and W multiples of 256 to images (B, 3, H, W); its authors run it in " +
                "training mode",
            "images (B, 6, H, W) in [-1, 1], H and W at least 24 to logits",
            "images (B, 3, H, W) in [-1, 1] to logits",
            "images (B, 3, H, W) in [0, 1], H and W multiples of 2 to images (B, 3, 2H, 2W)",
            "images (B, 3, H, W) in [0, 1] to images (B, 3, 4H, 4W)",
            "images (B, 3, H, W) in [0, 1] to logits",
            "latents (B, 100) to images (B, 3, 64, 64) in [-1, 1]",
            "images (B, 3, 64, 64) in [-1, 1] to logits",
        ];
        Func<Module<Tensor, Tensor>>[] networks =
        [
            () => new ResnetGenerator(width: 2), () => new UnetGenerator(width: 1),
            () => new PatchDiscriminator(6, width: 2), () => new PixelDiscriminator(width: 2),
            () => new RrdbGenerator(width: 2, blocks: 1, growth: 2, scale: 2),
            () => new SrganGenerator(width: 2), () => new SrganDiscriminator(width: 2), () => new DcganGenerator(width: 2),
            () => new DcganDiscriminator(width: 2),
        ];

        Assert.Equal(expected, networks.Select(network => Use(network).ToString()));
    }

    /// <summary>The sizes that a network is said to take are the ones that it takes.</summary>
    [Fact]
    public void Use_OfEveryGeneratorOfImages_HoldsWhenItRuns()
    {
        using var noGrad = no_grad();
        foreach (var (description, build) in RecognitionCases.ByDescription)
        {
            using var scope = NewDisposeScope();
            using var network = build();
            network.eval();
            var use = Use(network);
            if (!use.MakesImages)
                continue;
            var size = Math.Max(use.Multiple, use.Smallest);
            var made = network.call(
                use.LatentSize is { } length ? randn(1, length) : rand(1, use.InChannels, size, 2 * size));
            var (height, width) = use.ImageSize is { } only ? (only, only) : (use.Scale * size, 2 * use.Scale * size);
            Assert.Equal([1, use.OutChannels, height, width], made.shape);
            if (use.Multiple > 1)
            {
                var error = Record.Exception(() => network.call(rand(1, use.InChannels, size, size + 1)));
                Assert.True(error is ArgumentException, description);
            }
        }
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Use_OfAResnetWithDropout_IsInTrainingMode(bool dropout) =>
        Assert.Equal(dropout, Use(() => new ResnetGenerator(width: 2, blocks: 1, dropout: dropout)).InTrainingMode);

    private static NetworkUse Use(Func<Module<Tensor, Tensor>> build)
    {
        using var network = build();
        return Use(network);
    }

    private static NetworkUse Use(nn.Module network) =>
        Assert.Single(NetworkRecognition.Of(WeightLayout.Of(network), NetworkFamily.Known)).Network!.Use;

    /// <summary>Repeats pixels, and remembers what it was given.</summary>
    private sealed class Enlarge(int scale) : Module<Tensor, Tensor>(nameof(Enlarge))
    {
        public long[]? Seen { get; private set; }

        public float[]? FirstRow { get; private set; }

        public override Tensor forward(Tensor input)
        {
            Seen = input.shape[2..];
            FirstRow = input[0, 0, 0].data<float>().ToArray();
            return input.repeat_interleave(scale, 2).repeat_interleave(scale, 3);
        }
    }
}
