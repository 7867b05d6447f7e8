using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace GanKit;

/// <summary>SNGAN's residual generator under mimicry's names (<see cref="SnganGenerator"/>).</summary>
internal sealed class SnganGeneratorFamily : NetworkFamily
{
    private const long BottomPixels = 16;

    public override string Name => "SNGAN generator (mimicry)";

    public override NetworkSpec? Propose(WeightLayout weights)
    {
        if (weights["l1.weight"] is not [var bottom, var latentSize] || bottom % BottomPixels != 0)
            return null;
        foreach (var imageSize in SnganLayout.Sizes)
        {
            var spec = new Spec(imageSize, 0, latentSize, bottom / BottomPixels);
            if (spec.HasWidths && weights[$"c{spec.Blocks + 2}.weight"] is [var channels, _, 3, 3])
                return spec with { Channels = channels };
        }

        return null;
    }

    internal sealed record Spec(long ImageSize, long Channels, long LatentSize, long Width) : NetworkSpec
    {
        public override string Description =>
            $"SNGAN generator (mimicry), {ImageSize} x {ImageSize} pixels, {Words.Count(Channels, "channel")}, " +
            $"latent {LatentSize}, width {Width}";

        public override NetworkUse Use => NetworkUse.FromLatents(LatentSize, Channels, ImageSize);

        public override WeightLayout Weights
        {
            get
            {
                var maps = SnganLayout.Channels(Width, SnganLayout.For(ImageSize).GeneratorDivisors);
                var weights = new WeightLayout().Linear("l1", maps[0] * BottomPixels, LatentSize);
                for (var index = 0; index < Blocks; index++)
                {
                    var (name, before, after) = ($"block{index + 2}", maps[index], maps[index + 1]);
                    weights.Convolution($"{name}.c1", after, before, 3).Convolution($"{name}.c2", after, after, 3)
                        .BatchNorm($"{name}.b1", before).BatchNorm($"{name}.b2", after)
                        .Convolution($"{name}.c_sc", after, before, 1);
                }

                return weights.BatchNorm($"b{Blocks + 2}", maps[^1]).Convolution($"c{Blocks + 2}", Channels, maps[^1], 3);
            }
        }

        internal int Blocks => SnganLayout.For(ImageSize).GeneratorDivisors.Length - 1;

        internal bool HasWidths => Width > 0 && Width % SnganLayout.For(ImageSize).GeneratorDivisors.Max() == 0;

        public override Module<Tensor, Tensor> Build() => new SnganGenerator(ImageSize, Channels, LatentSize, Width);
    }
}
