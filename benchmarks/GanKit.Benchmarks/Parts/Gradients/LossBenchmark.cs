using BenchmarkDotNet.Attributes;

namespace GanKit.Benchmarks;

/// <summary>
/// A loss and its gradients; of adversarial losses the discriminator's and the generator's, on the logits of 64 samples.
/// </summary>
public class LossBenchmark : GradientBenchmark
{
    [ParamsSource(nameof(Names))]
    public string Loss { get; set; } = "";

    public static IEnumerable<string> Names => LossCases.All.Select(loss => loss.Name);

    private protected override GradientCase Case => LossCases.All.Single(loss => loss.Name == Loss);
}
