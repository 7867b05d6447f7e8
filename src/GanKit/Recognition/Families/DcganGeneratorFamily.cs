using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace GanKit;

/// <summary>DCGAN's generator as in pytorch/examples, of any size (<see cref="DcganGenerator"/>).</summary>
internal sealed class DcganGeneratorFamily : NetworkFamily
{
    private const int FewestDoublings = 2;
    private const int MostDoublings = 6;

    public override string Name => "DCGAN generator (pytorch/examples)";

    public override NetworkSpec? Propose(WeightLayout weights)
    {
        if (weights["main.0.weight"] is not [var latentSize, _, 4, 4] || weights["main.1.weight"] is not [_])
            return null;
        var doublings = 0;
        while (doublings < MostDoublings && weights[$"main.{3 * (doublings + 1)}.weight"] is not null)
            doublings++;
        return doublings >= FewestDoublings && weights[$"main.{3 * doublings}.weight"] is [var width, var channels, _, _]
            ? new Spec(4L << doublings, channels, latentSize, width)
            : null;
    }

    internal sealed record Spec(long ImageSize, long Channels, long LatentSize, long Width) : NetworkSpec
    {
        public override string Description =>
            $"DCGAN generator (pytorch/examples), {ImageSize} x {ImageSize} pixels, {Words.Count(Channels, "channel")}, " +
            $"latent {LatentSize}, width {Width}";

        public override NetworkUse Use => NetworkUse.FromLatents(LatentSize, Channels, ImageSize);

        public override WeightLayout Weights
        {
            get
            {
                var doublings = (int)long.Log2(ImageSize) - 2;
                var weights = new WeightLayout();
                var before = LatentSize;
                for (var stage = 0; stage < doublings; stage++)
                {
                    var maps = Width << (doublings - 1 - stage);
                    weights.TransposedConvolution($"main.{3 * stage}", before, maps, 4, bias: false)
                        .BatchNorm($"main.{3 * stage + 1}", maps);
                    before = maps;
                }

                return weights.TransposedConvolution($"main.{3 * doublings}", Width, Channels, 4, bias: false);
            }
        }

        public override Module<Tensor, Tensor> Build() => new DcganGenerator(ImageSize, Channels, LatentSize, Width);
    }
}
