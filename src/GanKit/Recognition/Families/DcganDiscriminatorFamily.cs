using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace GanKit;

/// <summary>DCGAN's discriminator as in pytorch/examples, of any size (<see cref="DcganDiscriminator"/>).</summary>
internal sealed class DcganDiscriminatorFamily : NetworkFamily
{
    private const int FewestHalvings = 2;
    private const int MostHalvings = 6;

    public override string Name => "DCGAN discriminator (pytorch/examples)";

    public override NetworkSpec? Propose(WeightLayout weights)
    {
        if (weights["main.0.weight"] is not [var width, var channels, 4, 4] || weights["main.2.weight"] is not [_, _, 4, 4])
            return null;
        var halvings = 1;
        while (halvings < MostHalvings && weights[$"main.{3 * halvings + 2}.weight"] is not null)
            halvings++;
        return halvings >= FewestHalvings ? new Spec(4L << halvings, channels, width) : null;
    }

    internal sealed record Spec(long ImageSize, long Channels, long Width) : NetworkSpec
    {
        public override string Description =>
            $"DCGAN discriminator (pytorch/examples), {ImageSize} x {ImageSize} pixels, " +
            $"{Words.Count(Channels, "channel")}, width {Width}";

        public override NetworkUse Use => NetworkUse.Judging(Channels, ImageSize);

        public override WeightLayout Weights
        {
            get
            {
                var halvings = (int)long.Log2(ImageSize) - 2;
                var weights = new WeightLayout().Convolution("main.0", Width, Channels, 4, bias: false);
                for (var stage = 1; stage < halvings; stage++)
                {
                    weights.Convolution($"main.{3 * stage - 1}", Width << stage, Width << (stage - 1), 4, bias: false)
                        .BatchNorm($"main.{3 * stage}", Width << stage);
                }

                return weights.Convolution($"main.{3 * halvings - 1}", 1, Width << (halvings - 1), 4, bias: false);
            }
        }

        public override Module<Tensor, Tensor> Build() => new DcganDiscriminator(ImageSize, Channels, Width);
    }
}
