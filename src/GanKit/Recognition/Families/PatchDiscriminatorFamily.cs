using GanKit.Layers;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace GanKit;

/// <summary>The PatchGAN of pix2pix and CycleGAN (<see cref="PatchDiscriminator"/>).</summary>
internal sealed class PatchDiscriminatorFamily : NetworkFamily
{
    private const int MostLayers = 16;

    public override string Name => "junyanz NLayerDiscriminator";

    public override NetworkSpec? Propose(WeightLayout weights)
    {
        if (weights["model.0.weight"] is not [var width, var inChannels, 4, 4])
            return null;
        var layers = 0;
        while (layers < MostLayers && weights[$"model.{Layer(layers + 2)}.weight"] is [_, _, 4, 4])
            layers++;
        return layers == 0
            ? null
            : new Spec(inChannels, width, layers, TranslationNorm.Of(weights, "model.2", "model.3"));
    }

    /// <summary>The number of the n-th convolution.</summary>
    private static int Layer(int n) => n == 0 ? 0 : 3 * n - 1;

    internal sealed record Spec(long InChannels, long Width, int Layers, Norm Norm) : NetworkSpec
    {
        public override string Description
        {
            get
            {
                var patch = (9L << Layers) - 2;
                return $"junyanz NLayerDiscriminator (PatchGAN, {patch} x {patch} pixels), " +
                    $"{Words.Count(Layers, "layer")}, " +
                    $"{TranslationNorm.Describe(Norm)}, {Words.Count(InChannels, "channel")}, width {Width}";
            }
        }

        public override NetworkUse Use => NetworkUse.Judging(InChannels) with { Smallest = 3L << Layers };

        public override IReadOnlyList<string> Notes => TranslationNorm.Notes(Norm);

        public override WeightLayout Weights
        {
            get
            {
                var weights = new WeightLayout().Convolution("model.0", Width, InChannels, 4);
                var maps = Width;
                for (var layer = 1; layer <= Layers; layer++)
                {
                    var next = Math.Min(2 * maps, 8 * Width);
                    weights.Convolution($"model.{Layer(layer)}", next, maps, 4, bias: Norm == Norm.Instance)
                        .Normalization($"model.{Layer(layer) + 1}", next, Norm);
                    maps = next;
                }

                return weights.Convolution($"model.{Layer(Layers + 1)}", 1, maps, 4);
            }
        }

        public override Module<Tensor, Tensor> Build() => new PatchDiscriminator(InChannels, Width, Layers, Norm);
    }
}
