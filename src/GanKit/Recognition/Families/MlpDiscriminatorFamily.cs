using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace GanKit;

/// <summary>The fully connected discriminator that people know (<see cref="MlpDiscriminator"/>).</summary>
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

        public override NetworkUse Use => NetworkUse.Judging(Channels, ImageSize);

        public override IReadOnlyList<string> Notes => [MlpImage.Note];

        public override WeightLayout Weights => new WeightLayout()
            .Linear("model.0", 512, Channels * ImageSize * ImageSize).Linear("model.2", 256, 512).Linear("model.4", 1, 256);

        public override Module<Tensor, Tensor> Build() => new MlpDiscriminator((Channels, ImageSize, ImageSize));
    }
}
