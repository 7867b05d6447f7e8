using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace GanKit;

/// <summary>The fully connected generator that people know (<see cref="MlpGenerator"/>).</summary>
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

        public override WeightLayout Weights => new WeightLayout()
            .Linear("model.0", 128, LatentSize)
            .Linear("model.2", 256, 128).BatchNorm("model.3", 256)
            .Linear("model.5", 512, 256).BatchNorm("model.6", 512)
            .Linear("model.8", 1024, 512).BatchNorm("model.9", 1024)
            .Linear("model.11", Channels * ImageSize * ImageSize, 1024);

        public override Module<Tensor, Tensor> Build() => new MlpGenerator((Channels, ImageSize, ImageSize), LatentSize);
    }
}
