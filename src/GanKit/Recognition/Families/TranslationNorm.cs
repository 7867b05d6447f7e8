using GanKit.Layers;

namespace GanKit;

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

    /// <summary>Adds a norm's weights.</summary>
    internal static WeightLayout Normalization(this WeightLayout weights, string name, long channels, Norm norm) =>
        norm == Norm.Batch ? weights.BatchNorm(name, channels)
        : norm == Norm.Instance ? weights.InstanceNorm(name, channels)
        : weights;

    /// <summary>What the weights leave open: instance norms leave a trace only in the biases before them.</summary>
    internal static IReadOnlyList<string> Notes(Norm norm) => norm == Norm.None
        ? ["instance norms after convolutions without biases would leave no trace in the weights; no norm is assumed"]
        : [];

    internal static string Describe(Norm norm) => norm == Norm.None ? "no norm"
        : norm == Norm.Batch ? "batch norm"
        : "instance norm";
}
