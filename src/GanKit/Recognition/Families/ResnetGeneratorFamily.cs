using GanKit.Layers;
using TorchSharp;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace GanKit;

/// <summary>CycleGAN's generator (<see cref="ResnetGenerator"/>).</summary>
internal sealed class ResnetGeneratorFamily : NetworkFamily
{
    private const int FirstBlock = 10;

    public override string Name => "junyanz ResnetGenerator";

    public override NetworkSpec? Propose(WeightLayout weights)
    {
        if (weights["model.1.weight"] is not [var width, var inChannels, 7, 7])
            return null;
        var blocks = 0;
        while (HasBlock(weights, FirstBlock + blocks))
            blocks++;
        if (weights[$"model.{FirstBlock + blocks + 7}.weight"] is not [var outChannels, _, 7, 7])
            return null;

        // Borders and dropout take a number each: convolutions are 1 and 5, with dropout 1 and 6; with borders of
        // zeros 0 and 3, or 4.
        var (zeros, dropout) = (false, false);
        if (blocks > 0)
        {
            var block = $"model.{FirstBlock}.conv_block";
            zeros = weights[$"{block}.0.weight"] is not null;
            dropout = weights[$"{block}.{(zeros ? 4 : 6)}.weight"] is [_, _, _, _];
        }

        var norm = TranslationNorm.Of(weights, "model.1", "model.2");
        return new Spec(inChannels, outChannels, width, blocks, norm, dropout, zeros);
    }

    private static bool HasBlock(WeightLayout weights, int index) =>
        weights[$"model.{index}.conv_block.0.weight"] is not null
            || weights[$"model.{index}.conv_block.1.weight"] is not null;

    internal sealed record Spec(
        long InChannels, long OutChannels, long Width, int Blocks, Norm Norm, bool Dropout, bool ZeroPadding) : NetworkSpec
    {
        public override string Description =>
            $"junyanz ResnetGenerator, {Words.Count(Blocks, "block")}, {TranslationNorm.Describe(Norm)}" +
            $"{(Dropout ? ", dropout" : "")}{(ZeroPadding ? ", zero padding" : "")}, " +
            $"{InChannels} to {OutChannels} channels, width {Width}";

        public override NetworkUse Use => NetworkUse.FromImages(InChannels, OutChannels) with
        {
            Multiple = 4,
            Smallest = 8,
            InferenceMode = PublishedMode.Of(Norm, Dropout),
        };

        public override IReadOnlyList<string> Notes => Blocks == 0 || ZeroPadding
            ? TranslationNorm.Notes(Norm)
            :
            [
                .. TranslationNorm.Notes(Norm),
                "whether borders reflect or replicate leaves no trace in the weights; " +
                    "reflection, the authors' default, is assumed",
            ];

        public override WeightLayout Weights
        {
            get
            {
                var bias = Norm == Norm.Instance;
                var weights = new WeightLayout()
                    .Convolution("model.1", Width, InChannels, 7, bias).Normalization("model.2", Width, Norm)
                    .Convolution("model.4", 2 * Width, Width, 3, bias).Normalization("model.5", 2 * Width, Norm)
                    .Convolution("model.7", 4 * Width, 2 * Width, 3, bias).Normalization("model.8", 4 * Width, Norm);
                var first = ZeroPadding ? 0 : 1;
                var second = (ZeroPadding ? 3 : 5) + (Dropout ? 1 : 0);
                foreach (var block in Enumerable.Range(FirstBlock, Blocks).Select(index => $"model.{index}.conv_block"))
                {
                    foreach (var layer in new[] { first, second })
                    {
                        weights.Convolution($"{block}.{layer}", 4 * Width, 4 * Width, 3, bias)
                            .Normalization($"{block}.{layer + 1}", 4 * Width, Norm);
                    }
                }

                var next = FirstBlock + Blocks;
                return weights
                    .TransposedConvolution($"model.{next}", 4 * Width, 2 * Width, 3, bias)
                    .Normalization($"model.{next + 1}", 2 * Width, Norm)
                    .TransposedConvolution($"model.{next + 3}", 2 * Width, Width, 3, bias)
                    .Normalization($"model.{next + 4}", Width, Norm)
                    .Convolution($"model.{next + 7}", OutChannels, Width, 7);
            }
        }

        public override Module<Tensor, Tensor> Build() => new ResnetGenerator(
            InChannels, OutChannels, Width, Blocks, Norm, Dropout, ZeroPadding ? PaddingModes.Zeros : PaddingModes.Reflect);
    }
}
