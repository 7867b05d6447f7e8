using BenchmarkDotNet.Attributes;
using static TorchSharp.torch;

namespace GanKit.Benchmarks;

/// <summary>
/// Forward and backward of a part, against the same by hand. Setting up fails where the two compute something different.
/// </summary>
public abstract class GradientBenchmark
{
    private Work _ganKit = null!;
    private Work _byHand = null!;
    private Tensor _weights = null!;

    private protected abstract GradientCase Case { get; }

    [GlobalSetup]
    public void SetUp() => (_ganKit, _byHand, _weights) = Case.Prepare();

    [Benchmark(Baseline = true)]
    public void TorchSharp() => Differentiate(_byHand);

    [Benchmark]
    public void GanKit() => Differentiate(_ganKit);

    private void Differentiate(Work work)
    {
        using var scope = NewDisposeScope(); // a training step's
        work.Differentiate(_weights);
    }
}
