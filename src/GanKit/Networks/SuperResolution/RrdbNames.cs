using System.Globalization;

namespace GanKit.Networks;

/// <summary>The layers' names of <see cref="RrdbGenerator"/> in files: the network has been published under three namings.</summary>
/// <param name="Description">The origin of the names.</param>
/// <param name="DenseConvolution">
/// The name of a convolution in a dense block: <c>{0}</c> is the block, from 0, <c>{1}</c> the dense block, <c>{2}</c> the layer, from 1.
/// </param>
/// <param name="AfterTrunk">The name of the convolution after all blocks, of which there are <c>{0}</c>.</param>
/// <param name="Others">The names of the first convolution, both after doublings, and the last two.</param>
internal sealed record RrdbNames(string Description, string DenseConvolution, string AfterTrunk, params string[] Others)
{
    /// <summary>All of them; the first, BasicSR's and so Real-ESRGAN's, are the network's own.</summary>
    internal static IReadOnlyList<RrdbNames> All { get; } =
    [
        new("BasicSR's names", "body.{0}.rdb{1}.conv{2}", "conv_body", "conv_first", "conv_up1", "conv_up2", "conv_hr", "conv_last"),
        new("ESRGAN's names", "RRDB_trunk.{0}.RDB{1}.conv{2}", "trunk_conv", "conv_first", "upconv1", "upconv2", "HRconv", "conv_last"),
        new("the numbers of ESRGAN's first release", "model.1.sub.{0}.RDB{1}.conv{2}.0", "model.1.sub.{0}",
            "model.0", "model.3", "model.6", "model.8", "model.10"),
    ];

    private static readonly string[] Parts = ["weight", "bias"];

    /// <summary>From the weights' names in files to the network's.</summary>
    internal Dictionary<string, string> ToNetwork(int blocks) =>
        Weights(blocks).Zip(All[0].Weights(blocks)).ToDictionary(pair => pair.First, pair => pair.Second);

    internal string Dense(int block, int dense, int layer) =>
        string.Format(CultureInfo.InvariantCulture, DenseConvolution, block, dense, layer);

    private IEnumerable<string> Weights(int blocks) =>
        from layer in Others.Append(string.Format(CultureInfo.InvariantCulture, AfterTrunk, blocks)).Concat(
            from block in Enumerable.Range(0, blocks)
            from dense in Enumerable.Range(1, RrdbBlock.DenseBlocks)
            from layer in Enumerable.Range(1, RrdbDenseBlock.Convolutions)
            select Dense(block, dense, layer))
        from part in Parts
        select $"{layer}.{part}";
}
