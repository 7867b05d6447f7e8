using BenchmarkDotNet.Attributes;

namespace GanKit.Benchmarks;

/// <summary>
/// A penalty on a critic of convolutions, whose weights it is differentiated in: the gradient of a gradient.
/// </summary>
public class RegularizerBenchmark : GradientBenchmark
{
    [ParamsSource(nameof(Names))]
    public string Penalty { get; set; } = "";

    public static IEnumerable<string> Names => RegularizerCases.All.Select(penalty => penalty.Name);

    private protected override GradientCase Case => RegularizerCases.All.Single(penalty => penalty.Name == Penalty);
}
