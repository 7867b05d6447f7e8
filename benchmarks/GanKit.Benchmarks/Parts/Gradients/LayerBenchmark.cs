using BenchmarkDotNet.Attributes;

namespace GanKit.Benchmarks;

/// <summary>
/// A layer on a batch of maps as it meets them in networks: result, and gradients of the input and of all weights.
/// </summary>
public class LayerBenchmark : GradientBenchmark
{
    [ParamsSource(nameof(Names))]
    public string Layer { get; set; } = "";

    public static IEnumerable<string> Names => LayerCases.All.Select(layer => layer.Name);

    private protected override GradientCase Case => LayerCases.All.Single(layer => layer.Name == Layer);
}
