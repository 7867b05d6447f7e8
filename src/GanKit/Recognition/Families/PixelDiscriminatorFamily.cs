using GanKit.Layers;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace GanKit;

/// <summary>The 1 x 1 PatchGAN of pix2pix (<see cref="PixelDiscriminator"/>).</summary>
internal sealed class PixelDiscriminatorFamily : NetworkFamily
{
    public override string Name => "junyanz PixelDiscriminator";

    public override NetworkSpec? Propose(WeightLayout weights) =>
        weights["net.0.weight"] is [var width, var inChannels, 1, 1] && weights["net.2.weight"] is [_, _, 1, 1]
            ? new Spec(inChannels, width, TranslationNorm.Of(weights, "net.2", "net.3"))
            : null;

    internal sealed record Spec(long InChannels, long Width, Norm Norm) : NetworkSpec
    {
        public override string Description =>
            $"junyanz PixelDiscriminator, {TranslationNorm.Describe(Norm)}, {Words.Count(InChannels, "channel")}, " +
            $"width {Width}";

        public override NetworkUse Use => NetworkUse.Judging(InChannels);

        public override IReadOnlyList<string> Notes => TranslationNorm.Notes(Norm);

        public override WeightLayout Weights => new WeightLayout()
            .Convolution("net.0", Width, InChannels, 1)
            .Convolution("net.2", 2 * Width, Width, 1, bias: Norm == Norm.Instance).Normalization("net.3", 2 * Width, Norm)
            .Convolution("net.5", 1, 2 * Width, 1, bias: Norm == Norm.Instance);

        public override Module<Tensor, Tensor> Build() => new PixelDiscriminator(InChannels, Width, Norm);
    }
}
