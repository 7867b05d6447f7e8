using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace GanKit;

/// <summary>
/// The convolutional discriminator of the spectral normalisation paper (<see cref="SnDcganDiscriminator"/>).
/// </summary>
internal sealed class SnDcganDiscriminatorFamily : NetworkFamily
{
    private const int FewestHalvings = 2;
    private const int MostHalvings = 6;

    public override string Name => "SN-DCGAN discriminator";

    public override NetworkSpec? Propose(WeightLayout weights)
    {
        if (weights[WeightOf(0)] is not [var width, var channels, 3, 3])
            return null;
        var halvings = 0;
        while (halvings < MostHalvings && weights[WeightOf(2 * halvings + 1)] is [_, _, 4, 4])
            halvings++;
        return halvings >= FewestHalvings ? new Spec(4L << halvings, channels, width) : null;
    }

    /// <summary>The weight of the n-th convolution; activations have the odd numbers.</summary>
    private static string WeightOf(int n) => SpectralNormWeights.WeightOf($"main.{2 * n}", spectralNorm: true);

    internal sealed record Spec(long ImageSize, long Channels, long Width) : NetworkSpec
    {
        public override string Description =>
            $"SN-DCGAN discriminator, {ImageSize} x {ImageSize} pixels, {Words.Count(Channels, "channel")}, width {Width}";

        public override NetworkUse Use => NetworkUse.Judging(Channels, ImageSize);

        public override WeightLayout Weights
        {
            get
            {
                var weights = new WeightLayout();
                var (before, maps, halvings) = (Channels, Width, (int)long.Log2(ImageSize) - 2);
                for (var stage = 0; stage < halvings; stage++)
                {
                    weights.Convolution($"main.{4 * stage}", maps, before, 3, bias: true, spectralNorm: true)
                        .Convolution($"main.{4 * stage + 2}", maps, maps, 4, bias: true, spectralNorm: true);
                    (before, maps) = (maps, Math.Min(2 * maps, 8 * Width));
                }

                return weights.Convolution($"main.{4 * halvings}", maps, before, 3, bias: true, spectralNorm: true)
                    .Linear("linear", 1, 16 * maps, spectralNorm: true);
            }
        }

        public override Module<Tensor, Tensor> Build() => new SnDcganDiscriminator(ImageSize, Channels, Width);
    }
}
