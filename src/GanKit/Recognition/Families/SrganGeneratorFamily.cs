using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace GanKit;

/// <summary>SRGAN's generator as leftthomas wrote it (<see cref="SrganGenerator"/>).</summary>
internal sealed class SrganGeneratorFamily : NetworkFamily
{
    private const int MostDoublings = 3;

    public override string Name => "SRGAN generator (leftthomas)";

    public override NetworkSpec? Propose(WeightLayout weights)
    {
        if (weights["block1.0.weight"] is not [var width, var channels, 9, 9])
            return null;
        var blocks = 0;
        while (weights[$"block{blocks + 2}.conv1.weight"] is not null)
            blocks++;
        var doublings = 0;
        while (doublings < MostDoublings && weights[$"block{blocks + 3}.{doublings}.conv.weight"] is not null)
            doublings++;
        // The weights published in 2018 have a PReLU where the program has a batch norm since 2019.
        var trunkNorm = weights[$"block{blocks + 2}.1.bias"] is not null;
        return doublings == 0 ? null : new Spec(1 << doublings, channels, width, blocks, trunkNorm);
    }

    internal sealed record Spec(int Scale, long Channels, long Width, int Blocks, bool TrunkNorm) : NetworkSpec
    {
        public override string Description =>
            $"SRGAN generator (leftthomas), scale {Scale}, {Words.Count(Blocks, "block")}, " +
            $"{Words.Count(Channels, "channel")}, width {Width}{(TrunkNorm ? "" : ", PReLU after the blocks (2018)")}";

        public override NetworkUse Use => NetworkUse.FromImages(Channels, Channels) with { Scale = Scale, Black = 0 };

        public override WeightLayout Weights
        {
            get
            {
                var weights = new WeightLayout().Convolution("block1.0", Width, Channels, 9).Add("block1.1.weight", 1);
                for (var block = 2; block < Blocks + 2; block++)
                {
                    weights.Convolution($"block{block}.conv1", Width, Width, 3).BatchNorm($"block{block}.bn1", Width)
                        .Add($"block{block}.prelu.weight", 1)
                        .Convolution($"block{block}.conv2", Width, Width, 3).BatchNorm($"block{block}.bn2", Width);
                }

                weights.Convolution($"block{Blocks + 2}.0", Width, Width, 3);
                if (TrunkNorm)
                    weights.BatchNorm($"block{Blocks + 2}.1", Width);
                else
                    weights.Add($"block{Blocks + 2}.1.weight", 1);
                var doublings = int.Log2(Scale);
                for (var doubling = 0; doubling < doublings; doubling++)
                {
                    weights.Convolution($"block{Blocks + 3}.{doubling}.conv", 4 * Width, Width, 3)
                        .Add($"block{Blocks + 3}.{doubling}.prelu.weight", 1);
                }

                return weights.Convolution($"block{Blocks + 3}.{doublings}", Channels, Width, 9);
            }
        }

        public override Module<Tensor, Tensor> Build() => new SrganGenerator(Scale, Channels, Width, Blocks, TrunkNorm);
    }
}
