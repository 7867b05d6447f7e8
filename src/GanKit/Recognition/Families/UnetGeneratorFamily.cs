using GanKit.Layers;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace GanKit;

/// <summary>pix2pix's generator (<see cref="UnetGenerator"/>).</summary>
internal sealed class UnetGeneratorFamily : NetworkFamily
{
    private const int FewestDowns = 2;
    private const int MostDowns = 16;

    public override string Name => "junyanz UnetGenerator";

    public override NetworkSpec? Propose(WeightLayout weights)
    {
        if (weights["model.model.0.weight"] is not [var width, var inChannels, 4, 4]
            || weights["model.model.3.weight"] is not [_, var outChannels, 4, 4])
        {
            return null;
        }

        var downs = 1;
        while (downs < MostDowns && weights[$"{Level(downs)}.1.weight"] is not null)
            downs++;
        return downs < FewestDowns
            ? null
            : new Spec(inChannels, outChannels, downs, width,
                TranslationNorm.Of(weights, $"{Level(1)}.1", $"{Level(1)}.2"));
    }

    /// <summary>The layers of a level; 0 is the outermost, and holds the others.</summary>
    private static string Level(int depth) =>
        depth == 0 ? "model.model" : $"model.model.1.model{string.Concat(Enumerable.Repeat(".3.model", depth - 1))}";

    internal sealed record Spec(long InChannels, long OutChannels, int Downs, long Width, Norm Norm) : NetworkSpec
    {
        public override string Description =>
            $"junyanz UnetGenerator, {Words.Count(Downs, "down")} ({1 << Downs} pixels), " +
            $"{TranslationNorm.Describe(Norm)}, {InChannels} to {OutChannels} channels, width {Width}";

        public override NetworkUse Use => NetworkUse.FromImages(InChannels, OutChannels) with
        {
            Multiple = 1L << Downs,
            InferenceMode = PublishedMode.Of(Norm, dropout: true),
        };

        public override IReadOnlyList<string> Notes =>
        [
            .. TranslationNorm.Notes(Norm),
            "dropout leaves no trace in a U-Net's weights; it is assumed, as in pix2pix, and shows in training mode alone",
        ];

        public override WeightLayout Weights
        {
            get
            {
                var bias = Norm == Norm.Instance;
                var weights = new WeightLayout().Convolution("model.model.0", Width, InChannels, 4, bias);
                for (var depth = 1; depth < Downs; depth++)
                {
                    var (outer, inner) = (Maps(depth - 1), Maps(depth));
                    var innermost = depth == Downs - 1;
                    var up = innermost ? 3 : 5;
                    weights.Convolution($"{Level(depth)}.1", inner, outer, 4, bias);
                    if (!innermost)
                        weights.Normalization($"{Level(depth)}.2", inner, Norm);
                    weights.TransposedConvolution($"{Level(depth)}.{up}", innermost ? inner : 2 * inner, outer, 4, bias)
                        .Normalization($"{Level(depth)}.{up + 1}", outer, Norm);
                }

                return weights.TransposedConvolution("model.model.3", 2 * Width, OutChannels, 4);
            }
        }

        public override Module<Tensor, Tensor> Build() =>
            new UnetGenerator(InChannels, OutChannels, Downs, Width, Norm, dropout: true);

        /// <summary>Feature maps that a level makes on the way down.</summary>
        private long Maps(int depth) => Width * (1 << Math.Min(depth, 3));
    }
}
