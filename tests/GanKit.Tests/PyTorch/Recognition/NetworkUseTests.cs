using static TorchSharp.torch.nn;

namespace GanKit.Tests.PyTorch;

public class NetworkUseTests
{
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
            var size = use.PictureSizes.AtLeast(1);
            var made = network.call(
                use.LatentSize is { } length ? randn(1, length) : rand(1, use.InChannels, size, 2 * size));
            var (height, width) = use.ImageSize is { } only ? (only, only) : (use.Scale * size, 2 * use.Scale * size);
            Assert.Equal([1, use.OutChannels, height, width], made.shape);
            if (use.PictureSizes.Multiple > 1)
            {
                var error = Record.Exception(() => network.call(rand(1, use.InChannels, size, size + 1)));
                Assert.True(error is ArgumentException, description);
            }
        }
    }

    /// <summary>
    /// What is said of a file's network is what the network says of itself, so there is one source of it.
    /// </summary>
    [Fact]
    public void Use_OfEveryTranslator_IsWhatTheNetworkSaysOfItself()
    {
        var translators = 0;
        foreach (var (description, build) in RecognitionCases.ByDescription)
        {
            using var network = build();
            if (Spec(network) is not { Use: { MakesImages: true, LatentSize: null } use } spec)
                continue;
            using var built = spec.Build();
            var itself = Assert.IsType<IImageTranslator>(built, exactMatch: false);
            translators++;

            Assert.True(use.InferenceMode == itself.InferenceMode, description);
            Assert.True(use.PictureSizes == itself.PictureSizes, description);
            Assert.True(use.Range == itself.Range, description);
        }

        Assert.True(translators > 10);
    }

    private static NetworkUse Use(Func<Module<Tensor, Tensor>> build)
    {
        using var network = build();
        return Use(network);
    }

    private static NetworkUse Use(nn.Module network) => Spec(network).Use;

    private static NetworkSpec Spec(nn.Module network) =>
        Assert.Single(NetworkRecognition.Of(WeightLayout.Of(network), NetworkFamily.Known)).Network!;
}
