using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace GanKit;

/// <summary>SRGAN's discriminator as leftthomas wrote it (<see cref="SrganDiscriminator"/>).</summary>
internal sealed class SrganDiscriminatorFamily : NetworkFamily
{
    // Of the width: feature maps of the convolutions after the first.
    private static readonly long[] Factors = [1, 2, 2, 4, 4, 8, 8];

    public override string Name => "SRGAN discriminator (leftthomas)";

    public override NetworkSpec? Propose(WeightLayout weights) =>
        weights["net.0.weight"] is [var width, var channels, 3, 3] && weights["net.24.weight"] is [_, _, 1, 1]
            ? new Spec(channels, width)
            : null;

    internal sealed record Spec(long Channels, long Width) : NetworkSpec
    {
        public override string Description =>
            $"SRGAN discriminator (leftthomas), {Words.Count(Channels, "channel")}, width {Width}";

        public override NetworkUse Use => NetworkUse.Judging(Channels) with { Black = 0 };

        public override WeightLayout Weights
        {
            get
            {
                var weights = new WeightLayout().Convolution("net.0", Width, Channels, 3);
                var before = Width;
                foreach (var (index, factor) in Factors.Index())
                {
                    weights.Convolution($"net.{3 * index + 2}", factor * Width, before, 3)
                        .BatchNorm($"net.{3 * index + 3}", factor * Width);
                    before = factor * Width;
                }

                return weights.Convolution("net.24", 16 * Width, 8 * Width, 1).Convolution("net.26", 1, 16 * Width, 1);
            }
        }

        public override Module<Tensor, Tensor> Build() => new SrganDiscriminator(Channels, Width);
    }
}
