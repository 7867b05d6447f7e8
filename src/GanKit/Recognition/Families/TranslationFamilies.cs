using GanKit.Layers;
using TorchSharp;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace GanKit.Networks;

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
            PictureSizes = new(4, smallest: 8),
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

        protected override Module<Tensor, Tensor> Create(Device? device) => new ResnetGenerator(
            InChannels, OutChannels, Width, Blocks, Norm, Dropout, ZeroPadding ? PaddingModes.Zeros : PaddingModes.Reflect);
    }
}

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

    /// <summary>The layers of a level, from 1; the outermost holds the others.</summary>
    private static string Level(int depth) =>
        $"model.model.1.model{string.Concat(Enumerable.Repeat(".3.model", depth - 1))}";

    internal sealed record Spec(long InChannels, long OutChannels, int Downs, long Width, Norm Norm) : NetworkSpec
    {
        public override string Description =>
            $"junyanz UnetGenerator, {Words.Count(Downs, "down")} ({1 << Downs} pixels), " +
            $"{TranslationNorm.Describe(Norm)}, {InChannels} to {OutChannels} channels, width {Width}";

        public override NetworkUse Use => NetworkUse.FromImages(InChannels, OutChannels) with
        {
            PictureSizes = new(1L << Downs),
            InferenceMode = PublishedMode.Of(Norm, dropout: true),
        };

        public override IReadOnlyList<string> Notes =>
        [
            .. TranslationNorm.Notes(Norm),
            "dropout leaves no trace in a U-Net's weights; it is assumed, as in pix2pix, and shows in training mode alone",
        ];

        protected override Module<Tensor, Tensor> Create(Device? device) =>
            new UnetGenerator(InChannels, OutChannels, Downs, Width, Norm, dropout: true);
    }
}

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

        public override NetworkUse Use => NetworkUse.ToLogits(InChannels) with { PictureSizes = new(smallest: 3L << Layers) };

        public override IReadOnlyList<string> Notes => TranslationNorm.Notes(Norm);

        protected override Module<Tensor, Tensor> Create(Device? device) => new PatchDiscriminator(InChannels, Width, Layers, Norm);
    }
}

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

        public override NetworkUse Use => NetworkUse.ToLogits(InChannels);

        public override IReadOnlyList<string> Notes => TranslationNorm.Notes(Norm);

        protected override Module<Tensor, Tensor> Create(Device? device) => new PixelDiscriminator(InChannels, Width, Norm);
    }
}

/// <summary>How the normalisation of pix2pix's and CycleGAN's networks shows in their weights.</summary>
internal static class TranslationNorm
{
    /// <summary>
    /// A convolution before an instance norm has a bias, before another or none it has not; a batch norm has a weight.
    /// Statistics alone tell nothing: old instance norms have them too.
    /// </summary>
    /// <param name="weights">The weights.</param>
    /// <param name="convolution">A convolution before a norm.</param>
    /// <param name="norm">The norm.</param>
    internal static Norm Of(WeightLayout weights, string convolution, string norm) =>
        weights[$"{norm}.weight"] is not null ? Norm.Batch
        : weights[$"{convolution}.bias"] is not null ? Norm.Instance
        : Norm.None;

    /// <summary>Assumptions: instance norms show only in the biases before them.</summary>
    internal static IReadOnlyList<string> Notes(Norm norm) => norm == Norm.None
        ? ["instance norms after convolutions without biases would leave no trace in the weights; no norm is assumed"]
        : [];

    internal static string Describe(Norm norm) => norm == Norm.None ? "no norm"
        : norm == Norm.Batch ? "batch norm"
        : "instance norm";
}
