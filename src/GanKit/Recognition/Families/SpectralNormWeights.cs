namespace GanKit;

/// <summary>The names under which PyTorch keeps a layer with spectral normalisation.</summary>
internal static class SpectralNormWeights
{
    /// <summary>Where the weight of a layer stands, with spectral normalisation or without.</summary>
    internal static string WeightOf(string layer, bool spectralNorm) =>
        spectralNorm ? $"{layer}.parametrizations.weight.original" : $"{layer}.weight";

    internal static WeightLayout Convolution(
        this WeightLayout weights, string name, long outChannels, long inChannels, long kernelSize, bool bias,
        bool spectralNorm) =>
        spectralNorm
            ? weights.SpectralNorm(name, bias, outChannels, inChannels, kernelSize, kernelSize)
            : weights.Convolution(name, outChannels, inChannels, kernelSize, bias);

    internal static WeightLayout Linear(
        this WeightLayout weights, string name, long outFeatures, long inFeatures, bool spectralNorm) =>
        spectralNorm
            ? weights.SpectralNorm(name, bias: true, outFeatures, inFeatures)
            : weights.Linear(name, outFeatures, inFeatures);

    private static WeightLayout SpectralNorm(this WeightLayout weights, string name, bool bias, params long[] shape)
    {
        if (bias)
            weights.Add($"{name}.bias", shape[0]);
        return weights.Add(WeightOf(name, spectralNorm: true), shape)
            .Add($"{name}.parametrizations.weight.0._u", shape[0])
            .Add($"{name}.parametrizations.weight.0._v", shape[1..].Aggregate(1L, (product, size) => product * size));
    }
}
