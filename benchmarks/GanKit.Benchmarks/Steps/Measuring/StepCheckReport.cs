namespace GanKit.Benchmarks;

/// <summary>The losses of both implementations of a workload, step by step.</summary>
internal sealed record StepCheckReport(string Workload, int Batch, IReadOnlyList<StepCheckPair> Losses, bool Equal);

/// <summary>The losses of one step.</summary>
internal sealed record StepCheckPair(
    double DiscriminatorGankit, double DiscriminatorTorchsharp, double GeneratorGankit, double GeneratorTorchsharp)
{
    /// <summary>The larger of the two differences, relative to losses above 1.</summary>
    public double Difference =>
        Math.Max(Relative(DiscriminatorGankit, DiscriminatorTorchsharp), Relative(GeneratorGankit, GeneratorTorchsharp));

    private static double Relative(double a, double b) => Math.Abs(a - b) / Math.Max(1, Math.Abs(b));
}
