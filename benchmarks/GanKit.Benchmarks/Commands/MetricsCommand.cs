using System.CommandLine;
using GanKit.Metrics;
using static TorchSharp.torch;

namespace GanKit.Benchmarks;

/// <summary><c>metrics</c>: the Fréchet distance, density and coverage, from features to numbers; the twin of pytorch/metrics.py.</summary>
internal static class MetricsCommand
{
    internal static Command Create()
    {
        var features = BenchmarkOptions.Count("--features", "Numbers in a feature vector.", 2048);
        var samples = BenchmarkOptions.Count("--samples", "Samples of each kind for the Fréchet distance with many, and for density.", 10_000, 20);
        var few = BenchmarkOptions.Count("--few", "Samples of each kind for the Fréchet distance with few.", 1_000, 2);
        var runs = BenchmarkOptions.Count("--runs", "Timed runs of each, after one that is not timed.", 3);
        var threads = BenchmarkOptions.Threads();
        var command = new Command("metrics", "Times measures from features to numbers.") { features, samples, few, runs, threads };
        command.SetAction(line =>
        {
            set_num_threads(line.GetValue(threads));
            var (size, many, times) = (line.GetValue(features), line.GetValue(samples), line.GetValue(runs));
            Print("frechet", Frechet, line.GetValue(few), size, times);
            Print("frechet", Frechet, many, size, times);
            Print("prdc", (real, made) => new DensityCoverage().Between(real, made).Density, many, size, times);
            Print("prdc", (real, made) => new DensityCoverage().Between(real, made).Density, many, 64, times);
        });
        return command;
    }

    private static double Frechet(Tensor real, Tensor made)
    {
        using var reference = FeatureStatistics.Of(real);
        using var generated = FeatureStatistics.Of(made);
        return FrechetDistance.Between(reference, generated);
    }

    private static void Print(string measure, Func<Tensor, Tensor, double> compute, int samples, int size, int runs)
    {
        using var scope = NewDisposeScope();
        var (real, made) = (Features(1, samples, size), Features(2, samples, size) * 1.1f + 0.05f);
        var value = compute(real, made);
        var before = Memory.ResidentMb();
        var times = Timings.Of(() => compute(real, made), runs);
        JsonLine.Print(new
        {
            Impl = "gankit",
            Measure = measure,
            Samples = samples,
            Features = size,
            Threads = get_num_threads(),
            Value = value,
            MedianMs = times.Median,
            MinMs = times.Min,
            MaxMs = times.Max,
            PeakGrowthMb = Math.Max(0, Memory.PeakResidentMb() - before),
        });
    }

    // Not negative and correlated, as a network's pooled features are.
    private static Tensor Features(long seed, int samples, int size)
    {
        using var scope = NewDisposeScope();
        using var random = new Generator((ulong)seed, CPU);
        var mixing = randn([64, size], generator: new Generator(0, CPU));
        return (randn([samples, 64], generator: random).matmul(mixing) / 8 + randn([samples, size], generator: random)).relu()
            .MoveToOuterDisposeScope();
    }
}
