using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace GanKit.Networks;

/// <summary>The fully connected generator of the original GAN (<see cref="MlpGenerator"/>).</summary>
internal sealed class MlpGeneratorFamily : NetworkFamily
{
    public override string Name => "MLP generator";

    public override NetworkSpec? Propose(WeightLayout weights) =>
        weights["model.0.weight"] is [128, var latentSize] && weights["model.11.weight"] is [var pixels, 1024]
        && MlpImage.Square(pixels) is var (channels, size)
            ? new Spec(channels, size, latentSize)
            : null;

    internal sealed record Spec(long Channels, long ImageSize, long LatentSize) : NetworkSpec
    {
        public override string Description =>
            $"MLP generator, {ImageSize} x {ImageSize} pixels, {Words.Count(Channels, "channel")}, latent {LatentSize}";

        public override NetworkUse Use => NetworkUse.FromLatents(LatentSize, Channels, ImageSize);

        public override IReadOnlyList<string> Notes =>
        [
            MlpImage.Note,
            "the weights don't tell batch norm's eps; PyTorch's 1e-5 is assumed, where PyTorch-GAN's own scripts have 0.8",
        ];

        protected override Module<Tensor, Tensor> Create(Device? device) => new MlpGenerator((Channels, ImageSize, ImageSize), LatentSize);
    }
}

/// <summary>The fully connected discriminator of the original GAN (<see cref="MlpDiscriminator"/>).</summary>
internal sealed class MlpDiscriminatorFamily : NetworkFamily
{
    public override string Name => "MLP discriminator";

    public override NetworkSpec? Propose(WeightLayout weights) =>
        weights["model.0.weight"] is [512, var pixels] && weights["model.4.weight"] is [1, 256]
        && MlpImage.Square(pixels) is var (channels, size)
            ? new Spec(channels, size)
            : null;

    internal sealed record Spec(long Channels, long ImageSize) : NetworkSpec
    {
        public override string Description =>
            $"MLP discriminator, {ImageSize} x {ImageSize} pixels, {Words.Count(Channels, "channel")}";

        public override NetworkUse Use => NetworkUse.ToLogits(Channels, ImageSize);

        public override IReadOnlyList<string> Notes => [MlpImage.Note];

        protected override Module<Tensor, Tensor> Create(Device? device) => new MlpDiscriminator((Channels, ImageSize, ImageSize));
    }
}

/// <summary>Guesses the shape of images that a network knows only as so many numbers.</summary>
internal static class MlpImage
{
    internal const string Note =
        "the weights tell how many numbers an image has, not their layout; a square is assumed, grey or of 3 channels";

    /// <summary>Channels and size of a square image of so many numbers; at most one of 1 and 3 channels fits.</summary>
    internal static (long Channels, long Size)? Square(long numbers)
    {
        foreach (var channels in new[] { 1L, 3L })
        {
            var size = (long)Math.Round(Math.Sqrt(numbers / (double)channels));
            if (size > 0 && channels * size * size == numbers)
                return (channels, size);
        }

        return null;
    }
}
